"""Reads typed fields of JSON objects: null, zero and "" are absences, other types are drift."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crawler.pages.errors import MarkupDrift
from crawler.pages.text import clean


def text(payload: Any, key: str) -> str:
    """The text of a field that must have some."""
    found = optional_text(payload, key)
    if found is None:
        raise MarkupDrift(f"{key} is missing")
    return found


def optional_text(payload: Any, key: str) -> str | None:
    """The text of a field; null and "" are None."""
    value = _field(payload, key)
    if value in (None, ""):
        return None
    if not isinstance(value, str):
        raise MarkupDrift(f"{key} is {value!r}, not a text")
    return clean(value, key)


def positive(payload: Any, key: str) -> int | None:
    """A whole number above zero; null and 0 are None."""
    value = _field(payload, key)
    if value is None or (value == 0 and type(value) is int):
        return None
    if type(value) is not int or not 0 < value < 2**63:
        raise MarkupDrift(f"{key} is {value!r}, not a positive whole number")
    return value


def identifier(payload: Any, key: str = "id") -> int:
    """A whole number above zero that must be there."""
    value = positive(payload, key)
    if value is None:
        raise MarkupDrift(f"{key} is missing")
    return value


def day(payload: Any, key: str) -> date | None:
    """A date written YYYY-MM-DD; null and "" are None."""
    value = optional_text(payload, key)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise MarkupDrift(f"{key} is {value!r}, not a date") from error


def objects(payload: Any, key: str) -> list[Mapping[str, Any]]:
    """The JSON objects of a list; null and a missing field are empty."""
    value = listed(payload, key)
    if not all(isinstance(item, dict) for item in value):
        raise MarkupDrift(f"{key} is no list of objects")
    return value


def listed(payload: Any, key: str) -> list[Any]:
    """The values of a list; null and a missing field are empty."""
    value = _field(payload, key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise MarkupDrift(f"{key} is {value!r}, not a list")
    return value


def _field(payload: Any, key: str) -> Any:
    if not isinstance(payload, dict):
        raise MarkupDrift(f"{payload!r} where an object with {key} was due")
    return payload.get(key)
