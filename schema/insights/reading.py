"""Fetches what insights compute from: members' vectors and global means, in one statement each."""

from collections.abc import Collection

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.aggregates import Floats, Ints, Vector


def vectors_of_cohort(connection: Connection, cohort_id: int) -> list[Vector]:
    """Vectors of a saved cohort's members; members without reactions count as empty vectors."""
    rows = connection.execute(
        text(
            "SELECT coalesce(v.film_ids, ''), coalesce(v.ratings, ''), coalesce(v.flags, '') FROM cohort_members m"
            " LEFT JOIN member_vectors v USING (member_id) WHERE m.cohort_id = :cohort ORDER BY m.member_id"
        ),
        {"cohort": cohort_id},
    )
    return [Vector.unpack(*row) for row in rows]


def vectors_of_members(connection: Connection, member_ids: Collection[int]) -> list[Vector]:
    """Vectors of any set of members; members without reactions count as empty vectors."""
    rows = connection.execute(
        text(
            "SELECT coalesce(v.film_ids, ''), coalesce(v.ratings, ''), coalesce(v.flags, '')"
            " FROM unnest(CAST(:members AS int[])) AS m(id) LEFT JOIN member_vectors v ON v.member_id = m.id"
            " ORDER BY m.id"
        ),
        {"members": sorted(member_ids)},
    )
    return [Vector.unpack(*row) for row in rows]


def global_means(connection: Connection, film_ids: Ints) -> Floats:
    """Mean of Letterboxd's histogram in stars for each of `film_ids`; nan where none is known.

    The mean, not the average the site shows: that one is weighted and would make every cohort look harsh.
    """
    means = np.full(len(film_ids), np.nan)
    rows = connection.execute(
        text("SELECT film_id, counts FROM film_histograms WHERE film_id = ANY(:films)"),
        {"films": [int(film) for film in film_ids]},
    ).all()
    if rows:
        known = np.array([row.film_id for row in rows])
        counts = np.array([row.counts for row in rows], dtype=np.int64)
        totals = counts.sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = counts @ np.arange(1, 11) / totals / 2.0
        means[np.searchsorted(film_ids, known)] = mean
    return means
