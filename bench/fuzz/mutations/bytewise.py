"""Mutations that know nothing of what they change: cuts, splices, overwritten bytes, broken encodings."""

from bench.fuzz.mutations.case import Case, Mutation, Promise


def _cut_end(case: Case) -> bytes:
    return case.body[: case.draw.randrange(len(case.body))]


def _cut_start(case: Case) -> bytes:
    return case.body[case.draw.randrange(1, len(case.body) + 1) :]


def _cut_middle(case: Case) -> bytes:
    start = case.draw.randrange(len(case.body))
    longest = case.draw.choice((8, 400, 20_000, len(case.body)))
    return case.body[:start] + case.body[start + case.draw.randrange(1, longest + 1) :]


def _repeat(case: Case) -> bytes:
    start = case.draw.randrange(len(case.body))
    end = min(len(case.body), start + case.draw.randrange(1, 5_000))
    return case.body[:end] + case.body[start:]


def _overwrite(case: Case) -> bytes:
    body = bytearray(case.body)
    written = b"<>\"'=&;/ -0123456789abcxyz" if case.draw.random() < 0.8 else bytes(range(256))
    for _ in range(case.draw.randrange(1, 9)):
        start = case.draw.randrange(len(body))
        body[start : start + case.draw.randrange(5)] = bytes(case.draw.choices(written, k=case.draw.randrange(5)))
    return bytes(body)


def _splice(case: Case) -> bytes:
    start = case.draw.randrange(len(case.body))
    return case.body[:start] + case.other.page.body[case.draw.randrange(len(case.other.page.body)) :]


def _splice_at_the_same_words(case: Case) -> bytes | None:
    """Goes over to the other page where both have the same bytes, so that the seam does not show."""
    start = case.draw.randrange(len(case.body))
    words = case.body[start : start + 12]
    seam = case.other.page.body.find(words, case.draw.randrange(len(case.other.page.body)))
    return case.body[:start] + case.other.page.body[seam:] if seam >= 0 else None


def _encode(case: Case) -> bytes | None:
    """In an encoding of one byte; where all characters beyond ASCII are lost, nobody can tell that they were there."""
    encoded = case.body.decode().encode(case.draw.choice(("latin-1", "cp1252", "shift-jis")), "replace")
    return None if encoded.isascii() else encoded


def _encode_in_two_bytes(case: Case) -> bytes:
    return case.body.decode().encode(case.draw.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32")))


def _decode_wrongly(case: Case) -> bytes:
    if case.draw.random() < 0.5:
        return case.body.decode("latin-1").encode()
    # As browsers do it: the five bytes that cp1252 leaves open become control characters.
    return b"".join(_AS_CP1252[byte] for byte in case.body)


def _as_cp1252(byte: int) -> bytes:
    try:
        return bytes([byte]).decode("cp1252").encode()
    except UnicodeDecodeError:
        return chr(byte).encode()


_AS_CP1252 = tuple(map(_as_cp1252, range(256)))


def _invalid_bytes(case: Case) -> bytes:
    start = case.draw.randrange(len(case.body))
    return case.body[:start] + case.draw.choice((b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80")) + case.body[start:]


MUTATIONS = (
    Mutation("cut at the end", Promise.LESS, _cut_end),
    Mutation("cut at the front", Promise.LESS, _cut_start),
    Mutation("a piece cut out", Promise.TORN, _cut_middle),
    Mutation("a piece repeated", Promise.NOTHING, _repeat),
    Mutation("bytes overwritten", Promise.NOTHING, _overwrite),
    Mutation("two pages spliced", Promise.MIXED, _splice),
    Mutation("two pages spliced without a seam", Promise.MIXED, _splice_at_the_same_words),
    Mutation("another encoding", Promise.INTACT, _encode),
    Mutation("two or four bytes a character", Promise.INTACT, _encode_in_two_bytes),
    Mutation("decoded wrongly and saved", Promise.INTACT, _decode_wrongly),
    Mutation("bytes that are no UTF-8", Promise.INTACT, _invalid_bytes),
)
