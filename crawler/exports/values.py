"""Reads the values in an export's rows. What is empty is an absence; anything unforeseen is an error.

An error and not a row left out: a film that is missing from an export reads as taken back by the member.
"""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from crawler.exports.errors import ExportError
from crawler.identity import film_id_from_uid, id_from_lid
from crawler.pages.errors import PageError
from crawler.pages.poster import SLUG
from crawler.pages.text import clean

_SHORT = re.compile(r"https?://boxd\.it/([0-9A-Za-z]{1,10})/?")
_LONG = re.compile(rf"https?://(?:www\.)?letterboxd\.com/(?:[^/\s]{{1,60}}/)?film/({SLUG}|film:[0-9]+)/?(?:[0-9]+/?)?")
_RATING = re.compile(r"([0-5])(?:\.([05]))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEAR = re.compile(r"(?:18|19|20|21)[0-9]{2}")
_SPREADSHEET_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_LARGEST_ID = 2**31 - 1


class FilmName(NamedTuple):
    """What an address says a film is: its number, or in old exports its slug."""

    letterboxd_id: int | None
    slug: str | None


def film_name(uri: str, where: str) -> FilmName:
    """The film behind an address; ExportError for an address of anything else."""
    short, long = _SHORT.fullmatch(uri), _LONG.fullmatch(uri)
    try:
        if short:
            number = id_from_lid(short[1])
        elif long and long[1].startswith("film:"):
            number = film_id_from_uid(long[1])
        elif long:
            return FilmName(None, long[1])
        else:
            raise ValueError(f"{uri[:100]!r} is no film's address")  # noqa: TRY301 - told with the others
        if number > _LARGEST_ID:
            raise ValueError(f"film {number}: there are not that many")  # noqa: TRY301
    except ValueError as error:
        raise ExportError(str(error), where) from error
    return FilmName(number, None)


def viewing(uri: str, where: str) -> FilmName | None:
    """The film that an old diary entry's address names; None for a short one, which names the entry alone."""
    short = _SHORT.fullmatch(uri)
    if short is None:
        return film_name(uri, where)
    try:
        id_from_lid(short[1], "viewing")
    except ValueError as error:
        raise ExportError(str(error), where) from error
    return None


def half_stars(text: str, where: str) -> int | None:
    """Half-stars of `0.5` to `5`; None for no rating."""
    if not text:
        return None
    match = _RATING.fullmatch(text)
    rating = int(match[1]) * 2 + (match[2] == "5") if match else 0
    if not 1 <= rating <= 10:
        raise ExportError(f"Rating is {text[:40]!r}, not 0.5 to 5 in steps of a half", where)
    return rating


def year(text: str, where: str) -> int | None:
    """A film's year; None for none."""
    if text and not _YEAR.fullmatch(text):
        raise ExportError(f"Year is {text[:40]!r}", where)
    return int(text) if text else None


def title(text: str, where: str) -> str:
    """A film's title, in one line."""
    try:
        return clean(text, "Name")
    except PageError as error:
        raise ExportError(error.found, where) from error


def day(text: str, where: str) -> date:
    """A date as Letterboxd writes it, 2022-06-30, or as a spreadsheet that opened the file left it, 6/30/2022."""
    written = _SPREADSHEET_DATE.fullmatch(text)
    try:
        if not (written or _DATE.fullmatch(text)):
            raise ValueError(text)  # noqa: TRY301 - Python knows more forms than Letterboxd writes
        found = date(int(written[3]), int(written[1]), int(written[2])) if written else date.fromisoformat(text)
    except ValueError as error:
        raise ExportError(f"Date is {text[:40]!r}, not YYYY-MM-DD", where) from error
    if found > datetime.now(UTC).date() + timedelta(days=1):
        raise ExportError(f"Date is {text}, which is to come", where)
    return found
