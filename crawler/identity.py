"""Converts between Letterboxd's numeric ids and the LIDs of its short URLs, offline."""

import re

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
TYPE_DIGITS = {"film": 0, "viewing": 1, "filmlist": 2, "person": 7}

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
# Nothing longer than a signed 64-bit integer.
_FILM_UID = re.compile(r"film:([1-9][0-9]{0,17})")
# The longest LID seen is 6 characters; 10 keep every id inside a signed 64-bit integer.
_LONGEST = 10


def lid_from_id(number: int, kind: str = "film") -> str:
    """LID of the object of that kind: base 62 of the id followed by the kind's digit.

    Raises ValueError for ids below 1.
    """
    if number < 1:
        raise ValueError(f"{kind} id {number}: ids start at 1")
    value = number * 10 + TYPE_DIGITS[kind]
    characters = []
    while value:
        value, digit = divmod(value, 62)
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def id_from_lid(lid: str, kind: str = "film") -> int:
    """Numeric id behind a LID; ValueError when it is no LID or belongs to another kind."""
    value = 0
    try:
        for character in lid:
            value = value * 62 + _VALUES[character]
    except KeyError:
        raise ValueError(f"{lid!r} is not a LID") from None
    if not 0 < len(lid) <= _LONGEST or lid[0] == "0":
        raise ValueError(f"{lid!r} is not a LID")
    number, digit = divmod(value, 10)
    if digit != TYPE_DIGITS[kind] or number < 1:
        raise ValueError(f"LID {lid!r} ends in type digit {digit}, a {kind} ends in {TYPE_DIGITS[kind]}")
    return number


def film_id_from_uid(uid: str) -> int:
    """The N of `film:N`; ValueError for anything else."""
    match = _FILM_UID.fullmatch(uid)
    if match is None:
        raise ValueError(f"{uid[:80]!r} is not a film uid")
    return int(match[1])
