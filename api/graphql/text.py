"""Text from clients that may be looked up in the database, or kept there, or looked for in titles."""

import math

from api.graphql.errors import BadUserInput
from schema.insights.titles import words

LONGEST_SEARCH = 200


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


def searched(argument: str, text: str, shortest: int = 1) -> tuple[str, ...]:
    """The words that titles are looked through for.

    Raises BadUserInput, naming the `argument`, for more than LONGEST_SEARCH characters, for fewer letters and
    digits than `shortest`, and for what is no text.
    """
    if len(text) > LONGEST_SEARCH:
        raise BadUserInput(f"{argument}: has {len(text)} characters; at most {LONGEST_SEARCH} are allowed")
    if not storable(text):
        raise BadUserInput(f"{argument}: is no text")
    found = words(text)
    if sum(map(len, found)) < shortest:
        wanted = "a letter or digit" if shortest == 1 else f"{shortest} letters or digits"
        raise BadUserInput(f"{argument}: give at least {wanted} of a title")
    return tuple(found)
