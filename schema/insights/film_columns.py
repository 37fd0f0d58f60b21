"""What filters and orders know of films: arrays by film id, shared by all requests of a process. Arrays in and out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from schema.insights.aggregates import Bools, Floats, Ints
from schema.insights.ordering import folded
from schema.insights.titles import index

NUMBERS = ("release_year", "runtime_minutes", "global_average")
NAMES = ("genres", "countries", "languages")
PEOPLE = ("directors", "writers", "actors")
_SETS = NAMES + PEOPLE


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which film has which terms: parallel arrays in order of term, so that a term's films stand together."""

    film_ids: NDArray[np.int32]
    terms: NDArray[np.int32]

    @classmethod
    def of(cls, film_ids: NDArray[np.int32], terms: NDArray[np.int32]) -> "Pairs":
        """Pairs that come in any order."""
        by_term = np.argsort(terms)
        return cls(film_ids[by_term], terms[by_term])

    def films_of(self, terms: Collection[int]) -> NDArray[np.int32]:
        """Films that have any of `terms`; a film may come twice."""
        wanted = np.array(list(terms), dtype=np.int32)
        bounds = zip(*(np.searchsorted(self.terms, wanted, side) for side in ("left", "right")), strict=True)
        return np.concatenate([self.film_ids[:0], *(self.film_ids[first:end] for first, end in bounds)])

    def without(self, dropped: Bools) -> "Pairs":
        """The pairs of films that `dropped`, by film id, does not mark."""
        kept = ~dropped[self.film_ids]
        return Pairs(self.film_ids[kept], self.terms[kept])

    def extended(self, other: "Pairs") -> "Pairs":
        """These pairs and the `other` ones."""
        places = np.searchsorted(self.terms, other.terms)
        return Pairs(np.insert(self.film_ids, places, other.film_ids), np.insert(self.terms, places, other.terms))


NO_PAIRS = Pairs(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32))


@dataclass(frozen=True, slots=True)
class Change:
    """Films that were new or changed, as the database packs them; parallel to `film_ids`.

    `stamps` name the transaction that changed each. `names` holds (film, name) pairs of genres, countries and
    languages, `people` (film, person) pairs of directors, writers and actors.
    """

    film_ids: Ints
    stamps: Ints
    titles: list[str]
    originals: list[str | None]
    numbers: Mapping[str, Floats]
    names: Mapping[str, tuple[NDArray[np.int32], list[str]]]
    people: Mapping[str, Pairs]


@dataclass(frozen=True, slots=True)
class FilmColumns:
    """All films at one moment; `since` and `until` bound the transactions that this moment had seen.

    Never changed once made, so whoever holds one sees one version however long the work takes. Arrays have one
    element a film id, nan (or "") where nothing is known.
    """

    since: int = 0
    until: int = 0
    stamps: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    titles: list[str] = field(default_factory=list)
    indexed: list[str] = field(default_factory=list)
    """What `titles.holds` finds each film by."""
    numbers: Mapping[str, Floats] = field(default_factory=lambda: {name: np.zeros(0) for name in NUMBERS})
    pairs: Mapping[str, Pairs] = field(default_factory=lambda: dict.fromkeys(_SETS, NO_PAIRS))
    described: Mapping[str, Bools] = field(default_factory=lambda: dict.fromkeys(_SETS, np.zeros(0, np.bool_)))
    """Which films have any term."""
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in NAMES})
    """Numbers of genres, countries and languages by folded name."""

    def column(self, name: str, film_ids: Ints) -> Floats:
        """Release years, runtimes in minutes or global averages in stars of these films; nan where not known."""
        return _at(self.numbers[name], film_ids, np.nan)

    def has(self, name: str, terms: Collection[int], film_ids: Ints) -> Bools:
        """Which of these films have any of `terms`."""
        return _at(_marked(self.pairs[name].films_of(terms), len(self.stamps)), film_ids, False)

    def known(self, name: str, film_ids: Ints) -> Bools:
        """Of which of these films any term is known."""
        return _at(self.described[name], film_ids, False)

    def title(self, film_id: int) -> str:
        """The film's title, folded."""
        return self.titles[film_id] if film_id < len(self.titles) else ""

    def titles_of(self, film_id: int) -> str:
        """What the film is found by, see `schema.insights.titles`."""
        return self.indexed[film_id] if film_id < len(self.indexed) else ""

    def moved(self, since: int, until: int, change: Change) -> "FilmColumns":
        """The columns at the later moment that `since` and `until` bound, `change` being what came between."""
        fresh = self._news(change)
        if not fresh.any():
            return replace(self, since=since, until=until)
        films = change.film_ids[fresh]
        size = max(len(self.stamps), int(films.max()) + 1)
        dropped = np.zeros(size, dtype=np.bool_)
        dropped[films] = True
        titles = self.titles + [""] * (size - len(self.titles))
        indexed = self.indexed + [""] * (size - len(self.indexed))
        told = zip(change.film_ids.tolist(), fresh.tolist(), change.titles, change.originals, strict=True)
        for film, new, title, original in told:
            if new:
                titles[film], indexed[film] = folded(title), index(title, original)
        terms, new = dict(self.terms), dict(change.people)
        for name in NAMES:
            owners, spelled = change.names[name]
            terms[name] = _extended(self.terms[name], spelled)
            numbers = np.array([terms[name][folded(each)] for each in spelled], dtype=np.int32)
            new[name] = Pairs.of(owners, numbers)
        return FilmColumns(
            since,
            until,
            _put(self.stamps, size, 0, films, change.stamps[fresh]),
            titles,
            indexed,
            {name: _put(self.numbers[name], size, np.nan, films, change.numbers[name][fresh]) for name in NUMBERS},
            {name: _replaced(self.pairs[name], new[name], dropped) for name in _SETS},
            {
                name: _put(self.described[name], size, False, films, np.isin(films, new[name].film_ids))
                for name in _SETS
            },
            terms,
        )

    def _news(self, change: Change) -> Bools:
        """Which of the changed films are not held in that very version already."""
        known = change.film_ids < len(self.stamps)
        held = np.zeros(len(change.film_ids), dtype=np.int64)
        held[known] = self.stamps[change.film_ids[known]]
        return held != change.stamps


def _marked(films: NDArray[np.int32], size: int) -> Bools:
    """Whether each of the first `size` film ids is among `films`."""
    marked = np.zeros(size, dtype=np.bool_)
    marked[films] = True
    return marked


def _at(column: NDArray, film_ids: Ints, missing: float) -> NDArray:
    """The elements of these films; `missing` for films beyond the column."""
    if film_ids.max(initial=-1) < len(column):
        return column[film_ids]
    found = np.full(len(film_ids), missing, dtype=column.dtype)
    known = film_ids < len(column)
    found[known] = column[film_ids[known]]
    return found


def _put(column: NDArray, size: int, empty: float, places: Ints, values: NDArray) -> NDArray:
    grown = np.full(size, empty, dtype=column.dtype)
    grown[: len(column)] = column
    grown[places] = values
    return grown


def _replaced(pairs: Pairs, new: Pairs, dropped: Bools) -> Pairs:
    """`pairs` with those of the `dropped` films taken from `new`, which may hold other films too."""
    mine = dropped[np.minimum(new.film_ids, len(dropped) - 1)] & (new.film_ids < len(dropped))
    return pairs.without(dropped).extended(Pairs(new.film_ids[mine], new.terms[mine]))


def _extended(terms: Mapping[str, int], spelled: list[str]) -> Mapping[str, int]:
    grown = dict(terms)
    for name in dict.fromkeys(spelled):
        grown.setdefault(folded(name), len(grown))
    return grown
