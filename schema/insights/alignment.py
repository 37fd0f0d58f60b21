"""How much two members agree: what they share, how alike they rate it. Arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schema.insights.aggregates import LIKED, Floats, Ints, Vector
from schema.insights.rankings.strategy import Term

# Shared films at which the cosine of two members is as much signal as noise. Between halves of the films that
# pairs of 3,500 real members share it correlates 0.10 at 4 films, 0.18 at 8, 0.29 at 16, 0.37 at 24, 0.47 at
# 32: n / (n + 37) throughout. (Reliability of a mean of n, Spearman 1910 and Brown 1910.)
SHRINKAGE = 37.0
FORMULA = "(n·c + k·u) / (n + k)"
_STARS = 10


@dataclass(frozen=True, slots=True)
class Alignment:
    """One member beside each of some others; arrays parallel to the others, nan where nothing can be said.

    `shared` counts films both have rated. Over these: `cosine` of the ratings, each less its member's mean
    (-1 to 1); `matching`, the share given the very same stars; `difference`, the mean distance in stars.
    `likes_overlap` is the share of films liked by both among those liked by either (Jaccard).
    `score` is the cosine drawn toward `usual`, the mean cosine over the others by the films shared with each, by
    SHRINKAGE, so that three films in common prove little; nan where no film is shared.
    """

    shared: Ints
    score: Floats
    cosine: Floats
    matching: Floats
    difference: Floats
    likes_overlap: Floats
    usual: float

    def terms(self, row: int) -> list[Term]:
        """What the score with the other in a row is computed from, named as in FORMULA."""
        cosine = self.usual if np.isnan(self.cosine[row]) else self.cosine[row]
        return [
            Term("n", float(self.shared[row]), "films both have rated"),
            Term("c", float(cosine), "cosine of their ratings, each less its member's mean; u where it cannot be told"),
            Term("u", self.usual, "what is usual: the member's mean cosine over the cohort, by shared films"),
            Term("k", SHRINKAGE, "shared films at which a cosine is as much signal as noise"),
        ]

    def order(self, *, least_first: bool = False) -> Ints:
        """The others from most to least aligned, or the other way round.

        Equals by more shared films, then as they were given. Those without a score come last in either direction.
        """
        cost = self.score if least_first else -self.score
        return np.lexsort((-self.shared, np.where(np.isnan(self.score), np.inf, cost)))


@dataclass(frozen=True, slots=True)
class Members:
    """The ratings of several members in order of film, made once for any number of comparisons.

    `starts[f]` is where the ratings of film `f` begin, `starts[f + 1]` where they end. `cells` says whose each is and
    how many half-stars, as _STARS² times the member's number plus the half-stars less one. Likes are kept the same
    way. `means` are each member's mean rating in half-stars, 0 for none, and `liked` how many films each likes.
    """

    count: int
    means: Floats
    liked: Ints
    starts: Ints
    cells: Ints
    like_starts: Ints
    like_owner: Ints

    @classmethod
    def of(cls, vectors: Sequence[Vector], films: Ints | None = None) -> "Members":
        """Joins vectors, one a member; only for comparisons over some `films` when they are given."""
        means = [vector.ratings.sum() / max(1, np.count_nonzero(vector.ratings)) for vector in vectors]
        liked = [np.count_nonzero(vector.flags & LIKED) for vector in vectors]
        if films is not None:
            vectors = _among(vectors, films)
        owner = np.repeat(np.arange(len(vectors)), [len(vector.film_ids) for vector in vectors])
        ids, ratings, flags = (
            np.concatenate([getattr(vector, name) for vector in vectors] or [np.empty(0)]).astype(np.int64)
            for name in ("film_ids", "ratings", "flags")
        )
        by_film = np.argsort(ids, kind="stable")
        owner, ids, ratings, flags = owner[by_film], ids[by_film], ratings[by_film], flags[by_film]
        is_rated, is_liked = ratings > 0, (flags & LIKED) != 0
        return cls(
            len(vectors),
            np.array(means),
            np.array(liked, dtype=np.int64),
            _starts(ids[is_rated]),
            owner[is_rated] * _STARS**2 + ratings[is_rated] - 1,
            _starts(ids[is_liked]),
            owner[is_liked],
        )


def _among(vectors: Sequence[Vector], films: Ints) -> list[Vector]:
    """The part of each vector that is about these films."""
    last = max((int(vector.film_ids[-1]) for vector in vectors if len(vector.film_ids)), default=-1)
    wanted = np.zeros(max(last, int(films.max(initial=-1))) + 1, dtype=np.bool_)
    wanted[films] = True
    kept = [wanted[vector.film_ids] for vector in vectors]
    return [
        Vector(vector.film_ids[mine], vector.ratings[mine], vector.flags[mine])
        for vector, mine in zip(vectors, kept, strict=True)
    ]


def _starts(films: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(films))])


def _found(starts: Ints, films: Ints) -> tuple[Ints, Ints]:
    """Where the entries of `films` stand, and how many there are of each."""
    films = np.minimum(films, len(starts) - 1)  # films that nobody has, beyond the last, have no entries
    first, end = starts[films], starts[np.minimum(films + 1, len(starts) - 1)]
    lengths = end - first
    ends = np.cumsum(lengths)
    return np.repeat(first - ends + lengths, lengths) + np.arange(lengths.sum()), lengths


def align(one: Vector, others: Members, itself: int | None = None) -> Alignment:
    """`one` beside each of `others`, of whom `one` may be number `itself`: nobody is compared with themself.

    `others` must hold all films of `one`. Time is linear in these and what the others made of them.
    """
    ours = one.ratings[one.ratings > 0].astype(np.int64)
    at, lengths = _found(others.starts, one.film_ids[one.ratings > 0].astype(np.int64))
    # How many films got i half-stars here and j there says all there is to say, and takes one pass over the pairs.
    both = np.bincount(others.cells[at] + np.repeat((ours - 1) * _STARS, lengths), minlength=others.count * _STARS**2)
    both = both.reshape(others.count, _STARS, _STARS)
    half_stars = np.arange(1, _STARS + 1)
    apart = np.abs(half_stars[:, None] - half_stars)
    here, there = half_stars - (ours.mean() if len(ours) else 0.0), half_stars - others.means[:, None]
    shared, toward = both.sum(axis=(1, 2)), (both * here[:, None]).sum(axis=1)
    lengths_squared = (both.sum(axis=2) * here**2).sum(axis=1) * (both.sum(axis=1) * there**2).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.clip((toward * there).sum(axis=1) / np.sqrt(lengths_squared), -1.0, 1.0)
        matching = (both * (apart == 0)).sum(axis=(1, 2)) / shared
        difference = (both * apart).sum(axis=(1, 2)) / shared / 2.0
    likes = _likes_overlap(one, others)
    if itself is not None:
        shared[itself] = 0
        for values in (cosine, matching, difference, likes):
            values[itself] = np.nan
    usual = _usual(cosine, shared)
    return Alignment(shared, _shrunk(cosine, shared, usual), cosine, matching, difference, likes, usual)


def matrix(vectors: Sequence[Vector]) -> list[Alignment]:
    """Every member of a group beside every other; symmetric but for `score` and `usual`."""
    members = Members.of(vectors)
    return [align(vector, members, number) for number, vector in enumerate(vectors)]


def _usual(cosine: Floats, shared: Ints) -> float:
    said = ~np.isnan(cosine)
    return float(np.average(cosine[said], weights=shared[said])) if said.any() else 0.0


def _shrunk(cosine: Floats, shared: Ints, usual: float) -> Floats:
    # A cosine that cannot be computed, as between equal ratings, says nothing either way.
    score = (shared * np.where(np.isnan(cosine), usual, cosine) + SHRINKAGE * usual) / (shared + SHRINKAGE)
    return np.where(shared > 0, score, np.nan)


def _likes_overlap(one: Vector, others: Members) -> Floats:
    likes = one.film_ids[(one.flags & LIKED) != 0].astype(np.int64)
    at, _ = _found(others.like_starts, likes)
    common = np.bincount(others.like_owner[at], minlength=others.count)
    either = len(likes) + others.liked - common
    with np.errstate(invalid="ignore", divide="ignore"):
        return common / either
