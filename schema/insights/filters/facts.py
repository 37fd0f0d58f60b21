"""Filters on what a film is. A year, a length or a set that has not been fetched is unknown, and an empty set
counts as not fetched."""

import numpy as np

from schema.insights.filters.people import People
from schema.insights.filters.verdict import Verdict, known, within
from schema.insights.given import FilterError, Names, Range
from schema.insights.numbers import Numbers
from schema.insights.ordering import folded
from schema.insights.titles import places, words


def release_year(numbers: Numbers, wanted: Range) -> Verdict:
    """Year of the first release."""
    return _range(numbers, "release_year", wanted)


def runtime(numbers: Numbers, wanted: Range) -> Verdict:
    """Length in minutes."""
    return _range(numbers, "runtime_minutes", wanted)


def genres(numbers: Numbers, wanted: Names) -> Verdict:
    """Genres by name, in any case."""
    return _names(numbers, "genres", wanted)


def countries(numbers: Numbers, wanted: Names) -> Verdict:
    """Countries of production by name, in any case."""
    return _names(numbers, "countries", wanted)


def languages(numbers: Numbers, wanted: Names) -> Verdict:
    """Languages spoken by name, in any case."""
    return _names(numbers, "languages", wanted)


def directors(numbers: Numbers, wanted: People) -> Verdict:
    """Directors."""
    return _terms(numbers, "directors", wanted)


def writers(numbers: Numbers, wanted: People) -> Verdict:
    """Writers."""
    return _terms(numbers, "writers", wanted)


def actors(numbers: Numbers, wanted: People) -> Verdict:
    """Leading actors."""
    return _terms(numbers, "actors", wanted)


def search(numbers: Numbers, wanted: str) -> Verdict:
    """Words, or how they begin, of the title or the original title, see `schema.insights.titles`."""
    passes = np.zeros(len(numbers), dtype=np.bool_)
    passes[places(list(map(numbers.films.titles_of, numbers.counts.film_ids.tolist())), words(wanted))] = True
    return known(passes)


def _range(numbers: Numbers, name: str, wanted: Range) -> Verdict:
    values = numbers.films.column(name, numbers.counts.film_ids)
    return within(values, wanted, np.isnan(values))


def _names(numbers: Numbers, kind: str, wanted: Names) -> Verdict:
    terms = numbers.films.terms[kind]
    missing = [name for name in wanted.any + wanted.all + wanted.none if folded(name) not in terms]
    if missing:
        raise FilterError(f"{kind}: no film here has {', '.join(map(repr, missing))}")
    any_, all_, none = (
        tuple(frozenset([terms[folded(name)]]) for name in names) for names in (wanted.any, wanted.all, wanted.none)
    )
    return _terms(numbers, kind, People(any_, all_, none))


def _terms(numbers: Numbers, kind: str, wanted: People) -> Verdict:
    films, ids = numbers.films, numbers.counts.film_ids
    passes = films.known(kind, ids)
    unknown = ~passes
    if wanted.any:
        passes &= films.has(kind, frozenset().union(*wanted.any), ids)
    for terms in wanted.all:
        passes &= films.has(kind, terms, ids)
    if wanted.none:
        passes &= ~films.has(kind, frozenset().union(*wanted.none), ids)
    return Verdict(passes, unknown)
