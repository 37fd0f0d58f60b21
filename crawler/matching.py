"""Whether a TMDB title is the film we mean: titles, years, directors and IMDb ids as evidence.

What is accepted must be the same; what is merely easily taken for it is reason enough to leave a film open.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from crawler.items import TmdbRecord
from schema.store.metadata import Wanted

_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_SUBTITLE = re.compile(r"\s*(?:\bor\b)?\s*[:(–—]|\s+-\s+|,\s+or\s", re.IGNORECASE)
_ARTICLES = frozenset(["the", "a", "an", "le", "la", "les", "l", "der", "die", "das", "el", "los", "las", "il", "lo"])
_ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv"]
_COUNTED = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_NUMBERS = {word: str(n) for words in (_ROMAN, _COUNTED) for n, word in enumerate(words, 1)}
_NUMERALS = {str(n): word.upper() for n, word in enumerate(_ROMAN, 1)}


def words(title: str) -> tuple[str, ...]:
    """The words of a title without case, accents and punctuation, & as "and"; one of signs alone is its own word."""
    return tuple("".join(_plain(title)).split()) or (title.strip(),)


def _plain(title: str) -> Iterator[str]:
    accented = False
    spelt = _FRACTION.sub(" ", title).replace("&", " and ")
    for letter in unicodedata.normalize("NFKD", spelt).casefold():
        if unicodedata.category(letter)[0] != "M":
            accented = unicodedata.name(letter, "").startswith(("LATIN", "GREEK"))
            yield letter if letter.isalnum() else " "
        elif not accented:  # in other scripts a mark makes another letter: kana, Cyrillic, the vowels of Hindi
            yield letter


def normalised(title: str) -> str:
    """Equal for titles that differ only in case, accents, punctuation, spaces, or in & for "and"."""
    joined = ""
    for word in words(title):
        apart = joined[-1:].isdigit() and word[0].isdigit()
        joined += f" {word}" if apart else word
    return joined


def blurred(title: str) -> str:
    """Equal for titles that are easily taken for one another: without article and "and", numbers as digits."""
    kept = list(words(title))
    if len(kept) > 1 and kept[0] in _ARTICLES:
        del kept[0]
    kept = [word for word in kept if word != "and"] or kept
    return " ".join([*kept[:1], *(_NUMBERS.get(word, word) for word in kept[1:])])


def confusable(one: str, other: str) -> bool:
    """Whether titles are easily taken for one another, be it that one has a subtitle that the other lacks."""
    return blurred(one) in _shortened(other) or blurred(other) in _shortened(one)


def _shortened(title: str) -> set[str]:
    """The title blurred, as it is and without each of its subtitles."""
    mains = (title[: subtitle.start()] for subtitle in _SUBTITLE.finditer(title))
    return {blurred(title), *(blurred(main) for main in mains if main)}


def respelt(title: str) -> str | None:
    """The title as it may be written elsewhere: without article and "and", 2 as II or II as 2; None if no way else."""
    own = title.replace("&", " ").split()
    kept = own[1:] if len(own) > 1 and own[0].casefold() in _ARTICLES else own
    kept = [word for word in kept if word.casefold() != "and"]
    last = kept[-1] if len(kept) > 1 else ""
    other = _NUMERALS.get(last) or _NUMBERS.get(last.casefold())
    found = " ".join([*kept[:-1], other] if other else kept)
    return found if found and words(found) != words(title) else None


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


def same_imdb(film: Wanted, record: TmdbRecord) -> bool | None:
    """Whether both have the same IMDb id; None when one side has none."""
    return None if not film.imdb_id or not record.imdb_id else film.imdb_id == record.imdb_id


def doubt(film: Wanted, record: TmdbRecord, twin: bool = False) -> str | None:
    """Why a proposed record may be another film than this one; None when the evidence is enough.

    Enough is the title with the year; with a year beside it, or none to compare, the director or the IMDb id as well,
    and so for one of two films of that name that we know (`twin`). Under another title it takes the year and the IMDb
    id. A director or an IMDb id that differs is a doubt in any case.
    """
    apart, director, imdb = years_apart(film, record.year), same_director(film, record), same_imdb(film, record)
    titled = same_title(film, (record.title, record.original_title, *(record.alternative_titles or ())))
    shown = f"{record.title} ({record.year or 'no year'})"
    if director is False:
        return f"{shown} is directed by {record.credited('director')[0].name}, not {film.primary_director}"
    if imdb is False:
        return f"{shown} is {record.imdb_id} on IMDb, not {film.imdb_id}"
    if apart is not None and apart > 1:
        return f"{shown} is {apart} years off"
    if not titled and not (imdb and apart is not None):
        return f"{shown} has another title"
    if director or imdb:
        return None
    if apart is None:
        return f"{shown} and nothing else speaks for it: there is no year to compare"
    if apart == 1:
        return f"{shown} is a year off"
    return f"{shown} may be another one: we know two films of this name and about this year" if twin else None
