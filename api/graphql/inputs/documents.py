"""Inputs as JSON documents, in the words in which a client would send them."""

from dataclasses import fields
from enum import Enum
from typing import Any

from strawberry.utils.str_converters import to_camel_case


def document(given: Any) -> Any:
    """An input, or a part of one, as JSON; whatever is as if it had been left out is left out."""
    match given:
        case Enum():
            return given.name
        case list() | tuple():
            return [document(each) for each in given]
        case None | bool() | int() | float() | str():
            return given
    values = {
        each.name: getattr(given, each.name) for each in fields(given) if getattr(given, each.name) != each.default
    }
    return {to_camel_case(name): document(value) for name, value in values.items()}
