"""What a group of members thinks of each film: counts, sums and distributions. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from schema.insights import agreement

LIKED, FAVORITE = 1, 2
_UNRATED = 4

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Vector:
    """One member's reactions: parallel arrays sorted by film. Ratings in half-stars, 0 for none."""

    film_ids: NDArray[np.int32]
    ratings: NDArray[np.uint8]
    flags: NDArray[np.uint8]

    @classmethod
    def unpack(cls, film_ids: bytes, ratings: bytes, flags: bytes) -> "Vector":
        """Reads the packed columns of `member_vectors`."""
        return cls(
            np.frombuffer(film_ids, dtype=">i4"),
            np.frombuffer(ratings, dtype=np.uint8),
            np.frombuffer(flags, dtype=np.uint8),
        )


@dataclass(frozen=True)
class Aggregates:
    """One row a film that any of `members` has reacted to, in order of film id.

    `histogram` is (films, 10): how many gave half a star, one, … five. Sums are of half-stars, exact.
    """

    members: int
    film_ids: Ints
    watchers: Ints
    rated: Ints
    rating_sum: Ints
    rating_sum_squares: Ints
    liked: Ints
    liked_unrated: Ints
    favorite: Ints
    histogram: Ints

    @cached_property
    def average(self) -> Floats:
        """Mean rating in stars; nan where nobody rated."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.rating_sum / self.rated / 2.0

    @cached_property
    def standard_deviation(self) -> Floats:
        """Population standard deviation of the ratings in stars; nan where nobody rated."""
        with np.errstate(invalid="ignore", divide="ignore"):
            # n·Σx² − (Σx)² stays in whole numbers, so equal ratings give exactly 0.
            return np.sqrt(self.rated * self.rating_sum_squares - self.rating_sum**2) / self.rated / 2.0

    @cached_property
    def liked_pct(self) -> Floats:
        """Per cent of the watchers who liked the film."""
        return 100.0 * self.liked / self.watchers

    @cached_property
    def favorite_pct(self) -> Floats:
        """Per cent of the watchers who have it among their favourites."""
        return 100.0 * self.favorite / self.watchers

    @cached_property
    def agreement(self) -> Floats:
        """Van der Eijk's agreement over whole stars, -1 to 1; nan where nobody rated."""
        return agreement.of_stars(self.histogram)


def aggregate(vectors: Sequence[Vector]) -> Aggregates:
    """Adds up the reactions of `vectors`, one a member. Time is linear in their reactions."""
    films = _joined([v.film_ids for v in vectors], np.int32)
    ratings = _joined([v.ratings for v in vectors], np.uint8)
    flags = _joined([v.flags for v in vectors], np.uint8)
    watchers = np.bincount(films)
    met = np.flatnonzero(watchers)
    places = np.empty(len(watchers), dtype=np.intp)
    places[met] = np.arange(len(met))
    rows = places[films]
    # One pass counts (half-stars, film) pairs; row 0 holds reactions without a rating.
    counts = np.bincount(ratings * np.intp(len(met)) + rows, minlength=11 * len(met)).reshape(11, len(met))
    marks = flags | (ratings == 0) * np.uint8(_UNRATED)
    marked = np.bincount(marks * np.intp(len(met)) + rows, minlength=8 * len(met)).reshape(8, len(met))
    half_stars = np.arange(1, 11)
    # Not as a matrix product, for which BLAS would wake threads on every core: they cost more than they save.
    return Aggregates(
        members=len(vectors),
        film_ids=met,
        watchers=watchers[met],
        rated=watchers[met] - counts[0],
        rating_sum=np.einsum("i,ij->j", half_stars, counts[1:]),
        rating_sum_squares=np.einsum("i,ij->j", half_stars**2, counts[1:]),
        liked=marked[LIKED::2].sum(axis=0),
        liked_unrated=marked[LIKED | _UNRATED] + marked[LIKED | FAVORITE | _UNRATED],
        favorite=marked[[FAVORITE, FAVORITE | LIKED, FAVORITE | _UNRATED, FAVORITE | LIKED | _UNRATED]].sum(axis=0),
        histogram=counts[1:].T,
    )


def _joined(arrays: list[NDArray], kind: type) -> NDArray:
    return np.concatenate(arrays, dtype=kind, casting="equiv") if arrays else np.empty(0, dtype=kind)
