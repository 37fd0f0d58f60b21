"""Cursors: the sort values of a row, so that reading goes on at the same place whatever was added meanwhile."""

import base64
import binascii
import json
import math
from collections.abc import Sequence
from typing import NamedTuple

from api.graphql.errors import BadUserInput
from api.graphql.text import storable

Value = str | int | float | None
_LONGEST = 2_000


def encode(scope: str, values: Sequence[Value]) -> str:
    """An opaque cursor to the row with these sort `values` in the list and order that `scope` names."""
    document = json.dumps([scope, *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(document.encode()).decode().rstrip("=")


class Mark(NamedTuple):
    """A cursor that is encoded when somebody wants it, which few do."""

    scope: str
    values: Sequence[Value]

    def __str__(self) -> str:
        return encode(self.scope, self.values)


def decode(scope: str, cursor: str, kinds: Sequence[type]) -> list[Value]:
    """The sort values of a cursor that `encode` made for the same `scope`.

    `kinds` says for each value whether it is a `str`, an id (`int`) or a number (`float`), which may be None. Raises
    BadUserInput for a cursor from elsewhere.
    """
    found, *values = _read(cursor)
    if found != scope:
        raise BadUserInput("after: this cursor belongs to another list or order; take it from this list's pageInfo")
    if len(values) != len(kinds) or not all(map(_fits, values, kinds)):
        raise BadUserInput("after: not a cursor; take it from this list's pageInfo")
    return values


def _read(cursor: str) -> list:
    padded = cursor[:_LONGEST] + "=" * (-len(cursor) % 4)
    try:
        document = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        document = None
    if not isinstance(document, list) or not document:
        raise BadUserInput("after: not a cursor; take it from this list's pageInfo")
    return document


def _fits(value: object, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str) and storable(value)
    if kind is int:
        return type(value) is int and 0 <= value < 2**63
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool) and _finite(value))


def _finite(number: float) -> bool:
    return abs(number) < 2**63 and math.isfinite(number)
