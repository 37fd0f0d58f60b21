"""Mutations of elements: entries lost, doubled and moved, containers lost, texts changed, nesting without end."""

import re

from bench.fuzz.mutations.attributes import replaced
from bench.fuzz.mutations.case import Case, Mutation, Promise
from bench.fuzz.subjects import Span

_TEXT = re.compile(rb">([^<>]*[^<>\s][^<>]*)<")
_BLOCKS = {b"ul", b"ol", b"table", b"tbody", b"div", b"section", b"header", b"footer", b"nav", b"main", b"aside", b"p"}
_PROOFS = (b'class="pagination', b'class="tooltip', b'class="paginate', b"<meta", b'class="section-heading')


def _remove_entries(case: Case) -> bytes | None:
    records = case.page.entries
    if not records:
        return None
    body = case.body
    for span in sorted(case.draw.sample(records, case.draw.randrange(1, min(4, len(records)) + 1)), reverse=True):
        body = replaced(body, span, b"")
    return body


def _remove_all_entries(case: Case) -> bytes | None:
    body = case.body
    for span in reversed(case.page.entries):
        body = replaced(body, span, b"")
    return body if body != case.body else None


def _double_entry(case: Case) -> bytes | None:
    if not case.page.entries:
        return None
    start, end = case.draw.choice(case.page.entries)
    at = case.draw.choice(case.page.entries)[1]
    return case.body[:at] + case.body[start:end] + case.body[at:]


def _exchange_entries(case: Case) -> bytes | None:
    if len(case.page.entries) < 2:
        return None
    one, other = sorted(case.draw.sample(case.page.entries, 2))
    moved = replaced(case.body, other, case.body[slice(*one)])
    return replaced(moved, one, case.body[slice(*other)])


def _element(body: bytes, start: int, name: bytes) -> Span | None:
    """The span of the element that opens at `start`, to the closing tag of the same depth."""
    depth = 0
    for match in re.finditer(rb"<(/?)%b[\s>/]" % re.escape(name), body[start:], re.IGNORECASE):
        depth += -1 if match[1] else 1
        if depth == 0:
            end = body.find(b">", start + match.start())
            return (start, end + 1) if end >= 0 else None
    return None


def _remove_block(case: Case) -> bytes | None:
    tags = [tag for tag in case.page.tags if tag[1].lower() in _BLOCKS] if case.page.is_html else []
    if not tags:
        return None
    tag = case.draw.choice(tags)
    span = _element(case.body, tag.start(), tag[1])
    return replaced(case.body, span, b"") if span else None


def _remove_proof(case: Case) -> bytes | None:
    """Pagination, a part of it, a total, or what a page says about itself in its head."""
    tags = [tag for tag in case.page.tags if any(proof in tag[0] for proof in _PROOFS)]
    if not case.page.is_html or not tags:
        return None
    tag = case.draw.choice(tags)
    span = tag.span() if tag[1] == b"meta" else _element(case.body, tag.start(), tag[1])
    return replaced(case.body, span, b"") if span else None


def _change_number_of_pages(case: Case) -> bytes | None:
    """Makes the pagination contradict itself, or the total."""
    start = case.body.find(b'class="pagination"')
    end = case.body.find(b"</ul>", start)
    numbers = list(re.finditer(rb"[0-9]+(?=[/<])", case.body[start:end])) if 0 <= start < end else []
    if not numbers:
        return None
    number = case.draw.choice(numbers)
    span = start + number.start(), start + number.end()
    return replaced(case.body, span, str(case.draw.randrange(1, 2 * int(number[0]) + 3)).encode())


def _empty_text(case: Case) -> bytes | None:
    texts = list(_TEXT.finditer(case.body)) if case.page.is_markup else []
    return replaced(case.body, case.draw.choice(texts).span(1), b"") if texts else None


def _change_text(case: Case) -> bytes | None:
    texts = list(_TEXT.finditer(case.body)) if case.page.is_markup else []
    if not texts:
        return None
    span = case.draw.choice(texts).span(1)
    new = case.draw.choice((b"0", b"7", b"Other", "★★★".encode(), "½".encode(), b"1,000,000 films", b"No", b"&#0;"))
    return replaced(case.body, span, new)


def _nest(case: Case) -> bytes | None:
    if not case.page.tags:
        return None
    tag = case.draw.choice(case.page.tags)
    name = case.draw.choice((b"div", b"b", b"li", b"table", tag[1]))
    depth = case.draw.choice((3, 100, 2_000, 20_000))
    opened = b"<%b>" % name * depth
    closed = b"</%b>" % name * depth if case.draw.random() < 0.5 else b""
    return case.body[: tag.start()] + opened + closed + case.body[tag.start() :]


MUTATIONS = (
    Mutation("entries removed", Promise.LESS, _remove_entries),
    Mutation("all entries removed", Promise.LESS, _remove_all_entries),
    Mutation("entry doubled", Promise.INTACT, _double_entry),
    Mutation("entries exchanged", Promise.MOVED, _exchange_entries),
    Mutation("block removed", Promise.LESS, _remove_block),
    Mutation("proof removed", Promise.LESS, _remove_proof),
    Mutation("numbers of pages changed", Promise.INTACT, _change_number_of_pages),
    Mutation("text emptied", Promise.LESS, _empty_text),
    Mutation("text changed", Promise.INTACT, _change_text),
    Mutation("nested deeply", Promise.TORN, _nest),
)
