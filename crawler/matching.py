"""Whether a TMDB title is the film we mean: titles, years and directors as evidence."""

import re
import unicodedata
from collections.abc import Iterable

from crawler.items import TmdbRecord
from schema.store.metadata import Wanted

_WORD = re.compile(r"\w+")


def words(title: str) -> tuple[str, ...]:
    """The words of a title without case, accents and punctuation; a title of signs alone is its own word."""
    plain = unicodedata.normalize("NFKD", title).casefold()
    found = _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))
    return tuple(found) or (title.strip(),)


def normalised(title: str) -> str:
    """Equal for titles that differ only in case, accents, punctuation or spaces."""
    return "".join(words(title))


def same_title(film: Wanted, titles: Iterable[str | None]) -> bool:
    """Whether one of these is a title of the film."""
    own = {normalised(title) for title in (film.title, film.original_title) if title}
    return any(normalised(title) in own for title in titles if title)


def years_apart(film: Wanted, year: int | None) -> int | None:
    """Distance of release years; None when one is not known."""
    return None if film.release_year is None or year is None else abs(film.release_year - year)


def same_director(film: Wanted, record: TmdbRecord) -> bool | None:
    """Whether the film's director is among the record's; None when one side names nobody."""
    directors = record.credited("director")
    if not film.primary_director or not directors:
        return None
    return normalised(film.primary_director) in {normalised(director.name) for director in directors}


def doubt(film: Wanted, record: TmdbRecord) -> str | None:
    """Why a proposed record may be another film than this one; None when the evidence is enough.

    Enough is the title with the year, or with a year beside it and the director; or, under another title,
    year and director. A director who differs is a doubt in any case.
    """
    apart, director = years_apart(film, record.year), same_director(film, record)
    titled = same_title(film, (record.title, record.original_title, *(record.alternative_titles or ())))
    shown = f"{record.title} ({record.year or 'no year'})"
    if director is False:
        return f"{shown} is directed by {record.credited('director')[0].name}, not {film.primary_director}"
    if apart is not None and apart > 1:
        return f"{shown} is {apart} years off"
    if not titled and not (director and apart is not None):
        return f"{shown} has another title"
    if titled and apart == 1 and not director:
        return f"{shown} is a year off"
    return None
