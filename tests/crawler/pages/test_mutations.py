"""Damaged pages give the right record or a named refusal: never another record, never another exception."""

import dataclasses
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages import KINDS, errors
from tests.crawler.pages.cases import READ, kind_of, name_of

often = settings(max_examples=400, deadline=None, database=None)
ENTRIES = {
    "rated": "tiles",
    "likes": "tiles",
    "list": "tiles",
    "following": "people",
    "diary": "entries",
    "rss": "items",
}
MARKUP = [path for path in READ if path.suffix in {".html", ".xml"}]
LISTINGS = [path for path in MARKUP if kind_of(path) in ENTRIES]
# Lists say the owner's rating in one attribute alone, and what a profile counts is only there.
REDUNDANT = [path for path in MARKUP if kind_of(path) not in {"list", "profile", "rss"}]

ATTRIBUTE = re.compile(rb"""\s[a-z][a-z-]*=("[^"]*"|'[^']*')""")
ENTRY = re.compile(rb"<(li|tr|item)[ >].*?</\1>", re.DOTALL)


def read(path, body):
    """The record of a damaged page, or the refusal; a reader that stumbles fails the test."""
    try:
        return KINDS[kind_of(path)](body)
    except errors.PageError as refusal:
        assert not isinstance(refusal, errors.UnreadablePage), refusal
        return refusal


def assert_same_or_refused(path, body):
    found = read(path, body)
    if not isinstance(found, errors.PageError):
        expected = KINDS[kind_of(path)](path.read_bytes())
        # Damaged pages may not know where they stand and whose they are; what they do show must be right.
        unknown = {"info": expected.info}
        if getattr(found, "owner", "") is None:
            unknown["owner"] = expected.owner
        assert dataclasses.replace(found, **unknown) == expected
        assert found.info.found == expected.info.found


@given(st.sampled_from(READ), st.data())
@often
def test_cut_at_any_byte(path, data):
    body = path.read_bytes()
    assert_same_or_refused(path, body[: data.draw(st.integers(0, len(body)), label="end")])


@given(st.sampled_from(READ), st.data())
@often
def test_without_its_beginning(path, data):
    body = path.read_bytes()
    assert_same_or_refused(path, body[data.draw(st.integers(0, len(body)), label="start") :])


@given(st.sampled_from(LISTINGS), st.data())
@often
def test_entries_removed(path, data):
    body = path.read_bytes()
    spans = [match.span() for match in ENTRY.finditer(body)]
    for start, end in sorted(data.draw(st.sets(st.sampled_from(spans))) if spans else [], reverse=True):
        body = body[:start] + body[end:]
    found = read(path, body)
    if not isinstance(found, errors.PageError):
        field = ENTRIES[kind_of(path)]
        expected = getattr(KINDS[kind_of(path)](path.read_bytes()), field)
        assert [entry for entry in expected if entry in getattr(found, field)] == list(getattr(found, field))


@given(st.sampled_from(REDUNDANT), st.data())
@often
def test_attributes_dropped(path, data):
    body = path.read_bytes()
    spans = [match.span() for match in ATTRIBUTE.finditer(body)]
    for start, end in sorted(data.draw(st.sets(st.sampled_from(spans), min_size=1, max_size=3)), reverse=True):
        body = body[:start] + body[end:]
    assert_same_or_refused(path, body)


@given(
    st.sampled_from(MARKUP),
    st.sampled_from(
        [(b"&", b"&amp;"), (b"&quot;", b"&#34;"), (b"'", b"&#39;"), (b"&amp;", b"&"), (b"&nbsp;", b"\xc2\xa0")]
    ),
)
@often
def test_entities_written_otherwise(path, change):
    assert_same_or_refused(path, path.read_bytes().replace(*change))


@given(
    st.sampled_from(READ),
    st.sampled_from(["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "shift-jis"]),
    st.sampled_from(["ignore", "replace"]),
)
@often
def test_encoded_otherwise(path, codec, losses):
    text = path.read_text()
    if text.isascii() or codec.startswith("utf") or text.encode(codec, "ignore") != text.encode("ascii", "ignore"):
        assert_same_or_refused(path, text.encode(codec, losses))


@given(st.sampled_from(READ), st.sampled_from(["latin-1", "cp1252"]))
@often
def test_decoded_wrongly_and_saved(path, codec):
    assert_same_or_refused(path, path.read_bytes().decode(codec, "replace").encode())


@given(st.sampled_from(READ), st.lists(st.tuples(st.integers(0), st.binary(min_size=0, max_size=4)), max_size=8))
@often
def test_bytes_overwritten_never_make_a_reader_stumble(path, changes):
    body = bytearray(path.read_bytes())
    for position, replacement in changes:
        start = position % len(body)
        body[start : start + len(replacement)] = replacement
    read(path, bytes(body))


@given(st.sampled_from(READ), st.data())
@often
def test_parts_repeated_or_lost_never_make_a_reader_stumble(path, data):
    body = path.read_bytes()
    start, end = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, len(body)))
    read(path, body[:start] + body[end:])


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
@often
def test_any_bytes_at_all(kind, body):
    try:
        KINDS[kind](body)
    except errors.PageError as refusal:
        assert not isinstance(refusal, errors.UnreadablePage), refusal


def test_every_case_is_damaged_in_some_way():
    assert {kind_of(path) for path in REDUNDANT} >= {"rated", "likes", "film", "diary", "following", "histogram"}
    assert all(name_of(path) for path in LISTINGS)
