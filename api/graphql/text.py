"""Text from clients that may be looked up in the database."""


def storable(text: str) -> bool:
    """Whether PostgreSQL could hold this text at all: it takes neither NUL nor half of a surrogate pair."""
    return not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in text)
