"""What a group of members thinks of each film: counts, sums and distributions. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from schema.insights import agreement

LIKED, FAVORITE = 1, 2
_FLAGS, _RATINGS = 4, 11

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_HALF_STARS = np.arange(_RATINGS, dtype=np.int32)  # room for the squares of twenty million members'
_FILM_ID = np.dtype(">i4")


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
            np.frombuffer(film_ids, _FILM_ID),
            np.frombuffer(ratings, np.uint8),
            np.frombuffer(flags, np.uint8),
        )


@dataclass(frozen=True)
class Aggregates:
    """One row a film that any of `members` has reacted to, in order of film id. Sums are of half-stars, exact.

    `reactions` is (4, 11, films): how many reacted in each way, by flags and half-stars, 0 for no rating. All else
    follows from it when asked for.
    """

    members: int
    film_ids: Ints
    reactions: NDArray[np.unsignedinteger]

    def take(self, rows: Ints) -> "Aggregates":
        """The same of these rows alone, in their order."""
        return Aggregates(self.members, self.film_ids[rows], self.reactions[:, :, rows])

    @cached_property
    def watchers(self) -> Ints:
        """Members with any reaction."""
        return _added(self._by_rating).astype(np.int64)

    @cached_property
    def rated(self) -> Ints:
        """Members with a rating."""
        return self.watchers - self._by_rating[0]

    @cached_property
    def rating_sum(self) -> Ints:
        """Sum of their ratings."""
        # Not as a matrix product, for which BLAS would wake threads on every core: they cost more than they save.
        return np.einsum("i,ij->j", _HALF_STARS, self._by_rating).astype(np.int64)

    @cached_property
    def rating_sum_squares(self) -> Ints:
        """Sum of the squares of their ratings."""
        return np.einsum("i,ij->j", _HALF_STARS**2, self._by_rating).astype(np.int64)

    @cached_property
    def liked(self) -> Ints:
        """Members who like it."""
        return self._flagged(LIKED).sum(axis=(0, 1), dtype=np.int64)

    @cached_property
    def liked_unrated(self) -> Ints:
        """Members who like it without a rating."""
        return self._flagged(LIKED)[:, 0].sum(axis=0, dtype=np.int64)

    @cached_property
    def favorite(self) -> Ints:
        """Members with it among their favourites."""
        return self._flagged(FAVORITE).sum(axis=(0, 1), dtype=np.int64)

    @cached_property
    def histogram(self) -> Ints:
        """How many gave half a star, one, … five: (films, 10)."""
        return self._by_rating[1:].T.astype(np.int64)

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

    @cached_property
    def _by_rating(self) -> NDArray[np.unsignedinteger]:
        return _added(self.reactions)

    def _flagged(self, flag: int) -> NDArray[np.unsignedinteger]:
        return self.reactions[[flags for flags in range(_FLAGS) if flags & flag]]


def _added(counts: NDArray[np.unsignedinteger]) -> NDArray[np.unsignedinteger]:
    """The sum over the first axis, in the same narrow numbers: no film has more reactions than members."""
    return counts.sum(axis=0, dtype=counts.dtype)


def aggregate(vectors: Sequence[Vector]) -> Aggregates:
    """Adds up the reactions of `vectors`, one a member. Time is linear in their reactions."""
    # One member after the other, because what fits the processor's cache is added up three times as fast.
    films = [vector.film_ids.astype(np.intp) for vector in vectors]
    met = np.zeros(max((int(each[-1]) + 1 for each in films if len(each)), default=0), dtype=np.bool_)
    for each in films:
        met[each] = True
    film_ids = np.flatnonzero(met)
    rows = np.empty(len(met), dtype=np.intp)
    rows[film_ids] = np.arange(len(film_ids))
    kind = np.min_scalar_type(len(vectors))
    counts = np.zeros(_FLAGS * _RATINGS * len(film_ids), dtype=kind)
    one = kind.type(1)
    for vector, each in zip(vectors, films, strict=True):
        ways = (vector.ratings + _RATINGS * vector.flags) * np.intp(len(film_ids))
        np.add.at(counts, ways + rows.take(each), one)
    return Aggregates(len(vectors), film_ids, counts.reshape(_FLAGS, _RATINGS, -1))
