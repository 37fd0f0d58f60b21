"""Reads the small texts of pages: titles with years, numbers with commas, stars."""

import html
import re

from crawler.pages.errors import BrokenEncoding, MarkupDrift

STARS = ("½", "★", "★½", "★★", "★★½", "★★★", "★★★½", "★★★★", "★★★★½", "★★★★★")

_HALF_STARS = {stars: value for value, stars in enumerate(STARS, 1)}
# No title or name comes near it.
_LONGEST = 1_000
_MOST_READ = 10_000  # with white space
# The tree has resolved one level of escaping; pages that passed through other tools have more.
_MOST_ESCAPES = 3
_NO_WORD = re.compile(r"[\W_]+")
_ENTITY = re.compile(r"&(?:amp|quot|lt|gt|apos|nbsp|#[0-9]{1,7}|#x[0-9a-f]{1,6});")
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_USERNAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,15}")
_ABBREVIATED = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?)([KM])")


def plain(text: str | None) -> str:
    """The text in one line, with entities that were escaped more than once resolved; "" for None."""
    return " ".join(_unescaped(text or "").split())


def clean(text: str | None, what: str) -> str:
    """The text as `plain` gives it; `what` names it in messages.

    Raises MarkupDrift when nothing is left or far too much, BrokenEncoding when it was decoded wrongly before.
    """
    text = _unescaped(text or "")
    if len(text) > _MOST_READ:
        raise MarkupDrift(f"{what} has {len(text)} characters")
    if not text.isascii():
        _check_decoding(text, what)
    elif not text.isprintable() and _IMPOSSIBLE.search(text):
        raise BrokenEncoding(f"{what} is {text!r}")
    text = " ".join(text.split())
    if not 0 < len(text) <= _LONGEST:
        raise MarkupDrift(f"{what} has {len(text)} characters")
    return text


def _unescaped(text: str) -> str:
    for _ in range(_MOST_ESCAPES):
        if "&" not in text or not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but spacing, punctuation and case: headings are typeset, metas not."""
    return _words(one) == _words(other)


def contains_words(text: str, part: str) -> bool:
    """Whether a text holds another one, by the same measure."""
    return _words(part) in _words(text)


def _words(text: str) -> str:
    return _NO_WORD.sub("", text).casefold()


def split_title(display_name: str) -> tuple[str, int | None]:
    """Title and year of `Title (YYYY)`: "2001: A Space Odyssey (1968)" is of 1968, "1917" of no known year.

    Takes text as `clean` gives it.
    """
    year = display_name[-5:-1]
    if display_name[-7:-5] == " (" and display_name[-1] == ")" and year.isascii() and year.isdigit():
        return display_name[:-7], int(year)
    return display_name, None


def number(text: str | None, what: str) -> int:
    """A whole number, written with or without commas; MarkupDrift otherwise."""
    text = (text or "").strip()
    if not _NUMBER.fullmatch(text):
        raise MarkupDrift(f"{what} is {text!r}, not a number")
    return int(text.replace(",", ""))


def username(text: str, what: str) -> str:
    """A member's name, lower-case; MarkupDrift for what can be none."""
    if not _USERNAME.fullmatch(text):
        raise MarkupDrift(f"{what} is {text!r}, no member's name")
    return text.lower()


def abbreviated_number(text: str) -> int | None:
    """`75K` as 75,000, `1.2M` as 1,200,000, `8,123` as it is; None for anything else."""
    match = _ABBREVIATED.fullmatch(text)
    if match:
        return round(float(match[1]) * {"K": 1_000, "M": 1_000_000}[match[2]])
    return int(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def half_stars(text: str, what: str) -> int | None:
    """Half-stars of the stars written in a text, None when there are none; MarkupDrift for `½★` or six stars."""
    stars = text.strip()
    if stars in _HALF_STARS:
        return _HALF_STARS[stars]
    stars = "".join(character for character in stars if character in "★½")
    if stars and stars not in _HALF_STARS:
        raise MarkupDrift(f"{what} shows {stars!r}")
    return _HALF_STARS.get(stars)


def _check_decoding(text: str, what: str) -> None:
    if _IMPOSSIBLE.search(text):
        raise BrokenEncoding(f"{what} is {text!r}")
    # Text that becomes valid UTF-8 when its characters are taken for bytes was decoded with the wrong codec.
    for codec in ("latin-1", "cp1252"):
        try:
            repaired = text.encode(codec).decode()
        except UnicodeError:
            continue
        raise BrokenEncoding(f"{what} is {text!r}, which is {repaired!r} decoded as {codec}")
