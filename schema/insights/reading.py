"""Fetches members' vectors, each set of members in one statement, so that all are of one moment."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, TextClause, text

from schema.insights.aggregates import Vector

Years = tuple[NDArray[np.int32], NDArray[np.int64]]
"""Parallel arrays: a member's films, and the year in which the member rated each, 1900 when that is not known."""


def _of_cohort(columns: str) -> TextClause:
    return text(
        f"SELECT {columns} FROM cohort_members m LEFT JOIN member_vectors v USING (member_id)"
        " WHERE m.cohort_id = :cohort ORDER BY m.member_id"
    ).execution_options(binary=True)


def _of_members(columns: str) -> TextClause:
    return text(
        f"SELECT {columns} FROM unnest(CAST(:members AS int[])) AS m(id)"
        " LEFT JOIN member_vectors v ON v.member_id = m.id ORDER BY m.id"
    ).execution_options(binary=True)


_REACTIONS = "coalesce(v.film_ids, ''), coalesce(v.ratings, ''), coalesce(v.flags, '')"
_YEARS = "coalesce(v.film_ids, ''), coalesce(v.rated_years, '')"
_REACTIONS_OF_COHORT, _REACTIONS_OF_MEMBERS = _of_cohort(_REACTIONS), _of_members(_REACTIONS)
_YEARS_OF_COHORT, _YEARS_OF_MEMBERS = _of_cohort(_YEARS), _of_members(_YEARS)


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
