"""What a group of members thinks of each film: counts, sums and distributions. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from schema.insights import agreement

LIKED, FAVORITE = 1, 2

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
    # One pass counts (film, half-stars) pairs; column 0 holds reactions without a rating.
    counts = np.bincount(rows * 11 + ratings, minlength=len(met) * 11).reshape(len(met), 11)
    liked = flags & LIKED
    # As floats, which `bincount` adds: exact, because all sums stay far below 2^53.
    weighed = [np.bincount(rows, weights, len(met)) for weights in (ratings, np.square(ratings), liked)]
    rating_sum, rating_sum_squares, liked_count = (sums.astype(np.int64) for sums in weighed)
    watchers = watchers[met]
    return Aggregates(
        members=len(vectors),
        film_ids=met,
        watchers=watchers,
        rated=watchers - counts[:, 0],
        rating_sum=rating_sum,
        rating_sum_squares=rating_sum_squares,
        liked=liked_count,
        liked_unrated=np.bincount(rows[(ratings == 0) & (liked != 0)], minlength=len(met)),
        favorite=np.bincount(rows[(flags & FAVORITE) != 0], minlength=len(met)),
        histogram=counts[:, 1:],
    )


def _joined(arrays: list[NDArray], kind: type) -> NDArray:
    return np.concatenate(arrays, dtype=kind, casting="equiv") if arrays else np.empty(0, dtype=kind)
