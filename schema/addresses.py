"""Where a film is found elsewhere: what its numbers and names are in the addresses of others."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FILM = 0  # the digit by which Letterboxd tells films from its other objects


def short(letterboxd_id: int) -> str:
    """A film's short address at Letterboxd, which stays when the slug changes: the number, then 0, in base 62."""
    value, digits = letterboxd_id * 10 + _FILM, []
    while value:
        value, digit = divmod(value, 62)
        digits.append(_DIGITS[digit])
    return f"https://boxd.it/{''.join(reversed(digits))}"


def letterboxd(letterboxd_id: int | None, slug: str | None) -> str | None:
    """An address of a film at Letterboxd, the one that lasts when there is a choice; None when neither is known."""
    if letterboxd_id is not None:
        return short(letterboxd_id)
    return None if slug is None else f"https://letterboxd.com/film/{slug}/"
