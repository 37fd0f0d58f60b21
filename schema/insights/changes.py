"""What changed in a group's mind since a date: risers, fallers, new likes and favourites."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.aggregates import Aggregates, Floats, Ints
from schema.insights.groups import Group
from schema.insights.rankings.prior import prior


@dataclass(frozen=True, slots=True)
class Deltas:
    """What recorded changes add up to, film by film, in order of film id; sums are of half-stars."""

    film_ids: Ints
    rated: Ints
    rating_sum: Ints
    liked: Ints
    favorite: Ints


@dataclass(frozen=True, slots=True)
class Changes:
    """Films that changed, then and now; arrays parallel to `film_ids`.

    Averages in stars, nan where nobody rated. `rise` is how much the film's Bayesian score moved, in stars,
    with today's prior on both sides: a film moves by its own ratings only, and one rating more moves it
    little where few had rated. A film without ratings stands at the prior.
    """

    film_ids: Ints
    rated_then: Ints
    rated_now: Ints
    average_then: Floats
    average_now: Floats
    rise: Floats
    liked: Ints
    """Likes gained, less likes lost."""
    favorite: Ints
    """Favourites gained, less favourites lost."""

    def risers(self) -> Ints:
        """Rows that rose, most first; equals by film id."""
        return self._above_none(self.rise)

    def fallers(self) -> Ints:
        """Rows that fell, most first; equals by film id."""
        return self._above_none(-self.rise)

    def newly_liked(self) -> Ints:
        """Rows that gained likes, most first; equals by film id."""
        return self._above_none(self.liked)

    def new_favorites(self) -> Ints:
        """Rows that gained favourites, most first; equals by film id."""
        return self._above_none(self.favorite)

    def _above_none(self, gain: Floats | Ints) -> Ints:
        order = np.lexsort((self.film_ids, -gain))
        return order[gain[order] > 0]


def deltas(connection: Connection, group: Group, since: datetime) -> Deltas:
    """What the group's present members changed after `since`. A member's first complete reading is no change.

    Ask in the transaction that fetches the group's vectors, so that both are of one moment.
    """
    rows = connection.execute(
        text(
            "SELECT film_id,"
            " coalesce(sum((after IS NOT NULL)::int - (before IS NOT NULL)::int) FILTER (WHERE facet = 'rating'), 0),"
            " coalesce(sum(coalesce(after, 0) - coalesce(before, 0)) FILTER (WHERE facet = 'rating'), 0),"
            " coalesce(sum(coalesce(after, 0) - coalesce(before, 0)) FILTER (WHERE facet = 'liked'), 0),"
            " coalesce(sum(coalesce(after, 0) - coalesce(before, 0)) FILTER (WHERE facet = 'favorite'), 0)"
            f" FROM rating_events WHERE member_id IN ({group.MEMBER_IDS}) AND observed_at > :since"
            " GROUP BY film_id ORDER BY film_id"
        ),
        {**group.key, "since": since},
    ).all()
    columns = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(len(rows), 5)
    return Deltas(*columns.T)


def changes(now: Aggregates, gained: Deltas) -> Changes:
    """Films on which the group's ratings, likes or favourites differ from what they were."""
    moved = (gained.rated != 0) | (gained.rating_sum != 0) | (gained.liked != 0) | (gained.favorite != 0)
    films, rated, total = gained.film_ids[moved], gained.rated[moved], gained.rating_sum[moved]
    rated_now, sum_now = (_at(films, now, column) for column in (now.rated, now.rating_sum))
    rated_then, sum_then = rated_now - rated, sum_now - total
    mean, weight = prior(now)
    return Changes(
        film_ids=films,
        rated_then=rated_then,
        rated_now=rated_now,
        average_then=_average(sum_then, rated_then),
        average_now=_average(sum_now, rated_now),
        rise=_score(sum_now, rated_now, mean, weight) - _score(sum_then, rated_then, mean, weight),
        liked=gained.liked[moved],
        favorite=gained.favorite[moved],
    )


def _at(films: Ints, now: Aggregates, column: Ints) -> Ints:
    """The column's values for these films; 0 for films that nobody has a reaction to any more."""
    if not len(now.film_ids):
        return np.zeros(len(films), dtype=np.int64)
    rows = np.minimum(np.searchsorted(now.film_ids, films), len(now.film_ids) - 1)
    return np.where(now.film_ids[rows] == films, column[rows], 0)


def _average(total: Ints, rated: Ints) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / rated / 2.0


def _score(total: Ints, rated: Ints, mean: float, weight: float) -> Floats:
    """As `rankings.bayesian`, and the prior itself where nobody rated."""
    if not weight:
        return np.full(len(total), mean)
    return (weight * mean + total / 2.0) / (weight + rated)
