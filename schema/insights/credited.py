"""Whose films a group thinks best of: directors, writers and actors by the films it rated. Arrays in, arrays out."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.aggregates import Floats, Ints
from schema.insights.numbers import Numbers
from schema.insights.ordering import Column, Numeric
from schema.insights.rankings.strategy import Term

FORMULA = "(k·M + sum) / (k + N)"


@dataclass(frozen=True)
class Credited:
    """People with enough rated films; arrays parallel to `person_ids`, best first.

    `films` are those with a rating, `rated` and `rating_sum` (half-stars) their ratings together. `score` is the
    mean of their Bayesian scores in stars, drawn toward `mean`, the mean over all such credits, by `weight`, the
    number of films that the person behind a typical credit has: (weight·mean + Σ score) / (weight + films). So a
    filmography counts film by film, not by how many happened to see each, and three great films beat one.
    """

    person_ids: Ints
    films: Ints
    rated: Ints
    rating_sum: Ints
    score_sum: Floats
    score: Floats
    mean: float
    weight: float
    _rows: Ints
    _owners: Ints

    @cached_property
    def average(self) -> Floats:
        """Mean of all ratings of a person's films, in stars."""
        return self.rating_sum / self.rated / 2.0

    def columns(self) -> list[Column]:
        """What orders the people; equals fall to more films, then to whom we met first."""
        return [
            Numeric(self.score, descending=True),
            Numeric(self.films, descending=True),
            Numeric(self.person_ids, descending=False),
        ]

    def films_of(self, place: int) -> Ints:
        """Rows, in the group's numbers, of the films that count for the person at a place; in no order."""
        return self._rows[self._owners == place]

    def terms(self, place: int) -> list[Term]:
        """What the score of the person at a place is computed from, named as in FORMULA."""
        return [
            Term("N", float(self.films[place]), "films of theirs that the cohort rated"),
            Term("sum", float(self.score_sum[place]), "sum of these films' Bayesian scores, in stars"),
            Term("M", self.mean, "mean Bayesian score over all credits of this kind, in stars"),
            Term("k", self.weight, "weight of that mean, in films: as many as the person behind a typical credit has"),
        ]


def credited(numbers: Numbers, kept: Ints, role: str, least: int) -> Credited:
    """People by what the group thinks of those of their films that are among `kept`, rows of its numbers.

    `role` is one of `film_columns.PEOPLE`. Who has fewer than `least` rated films among them is left out, but
    counts for the prior.
    """
    kept = kept[numbers.counts.rated[kept] > 0]
    pairs = numbers.films.pairs[role]
    row_of = np.full(max(len(numbers.films.stamps), int(numbers.counts.film_ids.max(initial=0)) + 1), -1)
    row_of[numbers.counts.film_ids[kept]] = kept
    rows = row_of[pairs.film_ids]
    among = rows >= 0
    people, owners = np.unique(pairs.terms[among].astype(np.int64), return_inverse=True)
    rows = rows[among]
    scores = numbers.ranking().score[rows]
    films = np.bincount(owners, minlength=len(people))
    mean = float(scores.mean()) if len(scores) else 0.0
    weight = float((films**2).sum() / films.sum()) if len(films) else 0.0
    total = np.bincount(owners, scores, len(people))
    score = (weight * mean + total) / (weight + films)
    order = np.lexsort((people, -films, -score))
    order = order[films[order] >= least]
    places = np.full(len(people), -1)
    places[order] = np.arange(len(order))

    def summed(values: Ints) -> Ints:
        return np.bincount(owners, values[rows], len(people)).astype(np.int64)[order]

    return Credited(
        person_ids=people[order],
        films=films[order],
        rated=summed(numbers.counts.rated),
        rating_sum=summed(numbers.counts.rating_sum),
        score_sum=total[order],
        score=score[order],
        mean=mean,
        weight=weight,
        _rows=rows,
        _owners=places[owners],
    )


def people(connection: Connection, person_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """TMDB ids and names of people, by id; unknown ids are left out."""
    rows = connection.execute(
        text("SELECT id, tmdb_id, name FROM people WHERE id = ANY(:people)"), {"people": list(person_ids)}
    )
    return {person: (tmdb_id, name) for person, tmdb_id, name in rows}
