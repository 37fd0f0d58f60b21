"""What filters and orders know of films: arrays by film id, shared by all requests of a process. Arrays in and out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from schema.insights.aggregates import Bools, Floats, Ints
from schema.insights.ordering import folded

NUMBERS = ("release_year", "runtime_minutes", "global_average")
NAMES = ("genres", "countries", "languages")
PEOPLE = ("directors", "writers", "actors")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Which film has which terms: parallel arrays, in no order."""

    film_ids: NDArray[np.int32]
    terms: NDArray[np.int32]

    def films_of(self, terms: Collection[int]) -> NDArray[np.int32]:
        """Films that have any of `terms`; a film may come twice."""
        if len(terms) == 1:
            return self.film_ids[self.terms == next(iter(terms))]
        wanted = np.zeros(max(self.terms.max(initial=0), max(terms, default=0)) + 1, dtype=np.bool_)
        wanted[list(terms)] = True
        return self.film_ids[wanted[self.terms]]

    def without(self, dropped: Bools) -> "Pairs":
        """The pairs of films that `dropped`, by film id, does not mark."""
        kept = ~dropped[self.film_ids]
        return Pairs(self.film_ids[kept], self.terms[kept])

    def extended(self, other: "Pairs") -> "Pairs":
        """These pairs and the `other` ones."""
        return Pairs(
            np.concatenate([self.film_ids, other.film_ids]),
            np.concatenate([self.terms, other.terms]),
        )


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
    numbers: Mapping[str, Floats] = field(default_factory=lambda: {name: np.zeros(0) for name in NUMBERS})
    pairs: Mapping[str, Pairs] = field(default_factory=lambda: dict.fromkeys(NAMES + PEOPLE, NO_PAIRS))
    terms: Mapping[str, Mapping[str, int]] = field(default_factory=lambda: {name: {} for name in NAMES})
    """Numbers of genres, countries and languages by folded name."""

    def column(self, name: str, film_ids: Ints) -> Floats:
        """Release years, runtimes in minutes or global averages in stars of these films; nan where not known."""
        column = self.numbers[name]
        if not len(film_ids) or film_ids[-1] < len(column):
            return column[film_ids]
        known = film_ids < len(column)
        return np.where(known, column[np.where(known, film_ids, 0)] if len(column) else np.nan, np.nan)

    def has(self, name: str, terms: Collection[int], film_ids: Ints) -> Bools:
        """Which of these films have any of `terms`."""
        return self._marked(self.pairs[name].films_of(terms), film_ids)

    def known(self, name: str, film_ids: Ints) -> Bools:
        """Of which of these films any term is known."""
        return self._marked(self.pairs[name].film_ids, film_ids)

    def title(self, film_id: int) -> str:
        """The film's title, folded."""
        return self.titles[film_id] if film_id < len(self.titles) else ""

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
        for film, new, title in zip(change.film_ids.tolist(), fresh.tolist(), change.titles, strict=True):
            if new:
                titles[film] = folded(title)
        pairs, terms = dict(self.pairs), dict(self.terms)
        for name in NAMES:
            owners, spelled = change.names[name]
            terms[name] = _extended(self.terms[name], spelled)
            numbers = np.array([terms[name][folded(each)] for each in spelled], dtype=np.int32)
            pairs[name] = _replaced(self.pairs[name], Pairs(owners, numbers), dropped)
        for name in PEOPLE:
            pairs[name] = _replaced(self.pairs[name], change.people[name], dropped)
        return FilmColumns(
            since,
            until,
            _put(self.stamps, size, 0, films, change.stamps[fresh]),
            titles,
            {name: _put(self.numbers[name], size, np.nan, films, change.numbers[name][fresh]) for name in NUMBERS},
            pairs,
            terms,
        )

    def _news(self, change: Change) -> Bools:
        """Which of the changed films are not held in that very version already."""
        known = change.film_ids < len(self.stamps)
        held = np.zeros(len(change.film_ids), dtype=np.int64)
        held[known] = self.stamps[change.film_ids[known]]
        return held != change.stamps

    def _marked(self, films: NDArray[np.int32], film_ids: Ints) -> Bools:
        size = max(len(self.stamps), int(film_ids[-1]) + 1 if len(film_ids) else 0)
        marked = np.zeros(size, dtype=np.bool_)
        marked[films] = True
        return marked[film_ids]


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
