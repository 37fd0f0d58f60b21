"""Mutations of attributes: dropped, renamed, emptied, exchanged between entries, their digits changed."""

import re

from bench.fuzz.mutations.case import Case, Mutation, Promise
from bench.fuzz.subjects import Attribute, Span

_DIGIT = re.compile(rb"[0-9]")


def replaced(body: bytes, span: Span, by: bytes) -> bytes:
    """The body with one span of it replaced."""
    return body[: span[0]] + by + body[span[1] :]


def _choose(case: Case) -> Attribute | None:
    """An attribute of a page of markup; those of entries as often as all others together."""
    attributes = case.page.attributes if case.page.is_html else []
    if not attributes:
        return None
    if case.page.entries and case.draw.random() < 0.5:
        attributes = _within(case, case.draw.choice(case.page.entries)) or attributes
    return case.draw.choice(attributes)


def _drop(case: Case) -> bytes | None:
    chosen = _choose(case)
    return replaced(case.body, chosen.span, b"") if chosen else None


def _drop_everywhere(case: Case) -> bytes | None:
    """As when the site stops sending an attribute."""
    chosen = _choose(case)
    if chosen is None:
        return None
    body = case.body
    for attribute in reversed(case.page.attributes):
        if attribute.name == chosen.name:
            body = replaced(body, attribute.span, b"")
    return body


def _rename(case: Case) -> bytes | None:
    chosen = _choose(case)
    if chosen is None:
        return None
    start = chosen.span[0] + 1
    return replaced(case.body, (start, start + len(chosen.name)), b"data-" + chosen.name + b"-x")


def _empty(case: Case) -> bytes | None:
    chosen = _choose(case)
    return replaced(case.body, chosen.span, b" " + chosen.name + b'=""') if chosen else None


def _exchange(case: Case) -> bytes | None:
    """The same attribute of two entries, exchanged."""
    records = case.page.entries
    if not case.page.is_html or len(records) < 2:
        return None
    one, other = sorted(case.draw.sample(records, 2))
    first, second = _within(case, one), _within(case, other)
    pairs = [(a, b) for a, b in zip(first, second, strict=False) if a.name == b.name and a.value != b.value]
    if not pairs:
        return None
    chosen, partner = case.draw.choice(pairs)
    wanted, given = case.body[slice(*partner.span)], case.body[slice(*chosen.span)]
    return replaced(replaced(case.body, partner.span, given), chosen.span, wanted)


def _within(case: Case, span: Span) -> list[Attribute]:
    return [one for one in case.page.attributes if span[0] <= one.span[0] < span[1]]


def _change_digit(case: Case) -> bytes | None:
    chosen = _choose(case)
    digits = list(_DIGIT.finditer(case.body, *chosen.span)) if chosen else []
    if not digits:
        return None
    digit = case.draw.choice(digits)
    other = case.draw.choice([one for one in b"0123456789" if one != digit[0][0]])
    return replaced(case.body, digit.span(), bytes([other]))


MUTATIONS = (
    Mutation("attribute dropped", Promise.INTACT, _drop),
    Mutation("attribute dropped everywhere", Promise.INTACT, _drop_everywhere),
    Mutation("attribute renamed", Promise.INTACT, _rename),
    Mutation("attribute emptied", Promise.INTACT, _empty),
    Mutation("attribute exchanged between entries", Promise.INTACT, _exchange),
    Mutation("digit changed in an attribute", Promise.INTACT, _change_digit),
)
