"""Text from clients that may be looked up in the database, or kept there."""

import math


def storable(text: str) -> bool:
    """Whether PostgreSQL could hold this text at all: it takes neither NUL nor half of a surrogate pair."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)


def storable_document(document: object) -> bool:
    """Whether PostgreSQL could hold this JSON document: all of its text, and no number that is not finite."""
    match document:
        case str():
            return storable(document)
        case float():
            return math.isfinite(document)
        case list():
            return all(map(storable_document, document))
        case dict():
            return all(map(storable_document, [*document, *document.values()]))
    return True
