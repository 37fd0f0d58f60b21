"""What a group of members thinks of each film: counts, sums and distributions. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIKED, FAVORITE = 1, 2

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
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
    favorite: Ints
    histogram: Ints

    @property
    def average(self) -> Floats:
        """Mean rating in stars; nan where nobody rated."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.rating_sum / self.rated / 2.0

    @property
    def standard_deviation(self) -> Floats:
        """Population standard deviation of the ratings in stars; nan where nobody rated."""
        with np.errstate(invalid="ignore", divide="ignore"):
            # n·Σx² − (Σx)² stays in whole numbers, so equal ratings give exactly 0.
            return np.sqrt(self.rated * self.rating_sum_squares - self.rating_sum**2) / self.rated / 2.0


def aggregate(vectors: Sequence[Vector]) -> Aggregates:
    """Adds up the reactions of `vectors`, one a member. Time is linear in their reactions."""
    films = _joined([v.film_ids for v in vectors], np.int64)
    ratings = _joined([v.ratings for v in vectors], np.int64)
    flags = _joined([v.flags for v in vectors], np.uint8)
    size = int(films.max()) + 1 if len(films) else 0
    # One pass counts (film, half-stars) pairs; column 0 holds reactions without a rating.
    counts = np.bincount(films * 11 + ratings, minlength=size * 11).reshape(size, 11)
    liked = np.bincount(films[(flags & LIKED) != 0], minlength=size)
    favorite = np.bincount(films[(flags & FAVORITE) != 0], minlength=size)
    watchers = counts.sum(axis=1)
    met = np.flatnonzero(watchers)
    histogram = counts[met, 1:]
    half_stars = np.arange(1, 11)
    return Aggregates(
        members=len(vectors),
        film_ids=met,
        watchers=watchers[met],
        rated=histogram.sum(axis=1),
        rating_sum=histogram @ half_stars,
        rating_sum_squares=histogram @ half_stars**2,
        liked=liked[met],
        favorite=favorite[met],
        histogram=histogram,
    )


def _joined(arrays: list[NDArray], kind: type) -> NDArray:
    return np.concatenate(arrays).astype(kind) if arrays else np.empty(0, dtype=kind)
