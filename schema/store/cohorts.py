"""Writes cohorts and who is in them."""

from collections.abc import Collection

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from schema.definitions import Definition


def create(connection: Connection, label: str, definition: Definition, owner: str | None = None) -> int:
    """Makes a cohort, still without members, and returns its id. The label must be free."""
    return connection.execute(
        text("INSERT INTO cohorts (label, definition, owner) VALUES (:label, :definition, :owner) RETURNING id"),
        {"label": label, "definition": Jsonb(definition), "owner": owner},
    ).scalar_one()


def set_members(connection: Connection, cohort_id: int, member_ids: Collection[int]) -> bool:
    """Makes `member_ids` exactly the cohort's members; True when that changed anything."""
    where = {"cohort": cohort_id, "members": sorted(member_ids)}
    changed = connection.execute(
        text("DELETE FROM cohort_members WHERE cohort_id = :cohort AND member_id <> ALL(:members)"), where
    ).rowcount
    changed += connection.execute(
        text(
            "INSERT INTO cohort_members (cohort_id, member_id)"
            " SELECT :cohort, unnest(CAST(:members AS int[])) ON CONFLICT DO NOTHING"
        ),
        where,
    ).rowcount
    connection.execute(
        text("UPDATE cohorts SET refreshed_at = now(), version = version + CAST(:changed AS int) WHERE id = :cohort"),
        {"cohort": cohort_id, "changed": int(bool(changed))},
    )
    return bool(changed)


def redefine(connection: Connection, cohort_id: int, definition: Definition) -> None:
    """Changes what the cohort resolves from; its members stay until it is refreshed."""
    connection.execute(
        text("UPDATE cohorts SET definition = :definition WHERE id = :id"),
        {"id": cohort_id, "definition": Jsonb(definition)},
    )


def touch(connection: Connection, cohort_id: int) -> None:
    """Moves the cohort's version: its numbers may have changed."""
    connection.execute(text("UPDATE cohorts SET version = version + 1 WHERE id = :id"), {"id": cohort_id})


def touch_those_of(connection: Connection, member_ids: Collection[int]) -> None:
    """Moves the versions of all cohorts that any of these members belongs to."""
    connection.execute(
        text(
            "UPDATE cohorts SET version = version + 1 WHERE id IN"
            " (SELECT cohort_id FROM cohort_members WHERE member_id = ANY(:members))"
        ),
        {"members": list(member_ids)},
    )


def delete(connection: Connection, cohort_id: int) -> None:
    """Removes a cohort with its runs and written numbers; members and their ratings stay."""
    connection.execute(text("DELETE FROM cohorts WHERE id = :id"), {"id": cohort_id})
