"""Fetches members' vectors, each set of members in one statement, so that all are of one moment."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, text

from schema.insights.aggregates import Vector

Years = tuple[NDArray[np.int32], NDArray[np.int64]]
"""Parallel arrays: a member's films, and the year in which the member rated each, 1900 when that is not known."""


def of_each(columns: str, members: str) -> TextClause:
    """The statement that gives these columns, of v, for each of some members m: a row each, by id."""
    # OFFSET 0 has each member looked up in the index: a join would read everybody's rows when there are few of them.
    return text(
        f"SELECT {columns} FROM {members} LEFT JOIN LATERAL"
        " (SELECT * FROM member_vectors WHERE member_id = m.member_id OFFSET 0) v ON true ORDER BY m.member_id"
    ).execution_options(binary=True)


REACTIONS = "coalesce(v.film_ids, ''), coalesce(v.ratings, ''), coalesce(v.flags, '')"
_YEARS = "coalesce(v.film_ids, ''), coalesce(v.rated_years, '')"
_COHORT = "(SELECT member_id FROM cohort_members WHERE cohort_id = :cohort) m"
MEMBERS = "unnest(CAST(:members AS int[])) AS m(member_id)"
_REACTIONS_OF_COHORT, _REACTIONS_OF_MEMBERS = of_each(REACTIONS, _COHORT), of_each(REACTIONS, MEMBERS)
_YEARS_OF_COHORT, _YEARS_OF_MEMBERS = of_each(_YEARS, _COHORT), of_each(_YEARS, MEMBERS)


def vectors_of_cohort(connection: Connection, cohort_id: int) -> list[Vector]:
    """Vectors of a saved cohort's members; members without reactions count as empty vectors."""
    return [Vector.unpack(*row) for row in connection.execute(_REACTIONS_OF_COHORT, {"cohort": cohort_id})]


def vectors_of_members(connection: Connection, member_ids: Collection[int]) -> list[Vector]:
    """Vectors of any set of members; members without reactions count as empty vectors."""
    return [Vector.unpack(*row) for row in connection.execute(_REACTIONS_OF_MEMBERS, {"members": sorted(member_ids)})]


def years_of_cohort(connection: Connection, cohort_id: int) -> list[Years]:
    """In which year each member of a saved cohort rated films."""
    return [_years(*row) for row in connection.execute(_YEARS_OF_COHORT, {"cohort": cohort_id})]


def years_of_members(connection: Connection, member_ids: Collection[int]) -> list[Years]:
    """In which year each of these members rated films."""
    return [_years(*row) for row in connection.execute(_YEARS_OF_MEMBERS, {"members": sorted(member_ids)})]


def _years(film_ids: bytes, years: bytes) -> Years:
    return np.frombuffer(film_ids, ">i4").astype(np.int32), np.frombuffer(years, np.uint8).astype(np.int64) + 1900
