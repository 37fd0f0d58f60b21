"""Writes cohorts and who is in them."""

from collections.abc import Collection

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from schema.definitions import Definition

LONGEST_LABEL = 120


class LabelTaken(ValueError):
    """The owner has a cohort of this label already."""

    def __init__(self, label: str) -> None:
        super().__init__(f"there is a cohort {label!r} already")


class BadLabel(ValueError):
    """A label that cannot be used; the message says what it should be."""


def checked_label(label: str) -> str:
    """The label with its white space tidied; raises BadLabel. A number alone would be taken for an id."""
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL or label.isdecimal() or not label.isprintable():
        raise BadLabel(f"give 1 to {LONGEST_LABEL} characters that are not just a number")
    return label


def create(
    connection: Connection,
    label: str,
    definition: Definition,
    *,
    owner_id: int | None = None,
    visibility: str = "public",
) -> int:
    """Makes a cohort, still without members, and returns its id; raises LabelTaken.

    Without an owner it is the installation's own, which operators alone may change.
    """
    cohort_id = connection.execute(
        text(
            "INSERT INTO cohorts (label, definition, owner_id, visibility)"
            " VALUES (:label, :definition, :owner, :visibility)"
            " ON CONFLICT (owner_id, label) DO NOTHING RETURNING id"
        ),
        {"label": label, "definition": Jsonb(definition), "owner": owner_id, "visibility": visibility},
    ).scalar_one_or_none()
    if cohort_id is None:
        raise LabelTaken(label)
    return cohort_id


def rename(connection: Connection, cohort_id: int, label: str) -> None:
    """Gives a cohort another label; raises LabelTaken."""
    try:
        with connection.begin_nested():
            connection.execute(
                text("UPDATE cohorts SET label = :label WHERE id = :id"), {"id": cohort_id, "label": label}
            )
    except IntegrityError:
        raise LabelTaken(label) from None


def redefine(connection: Connection, cohort_id: int, definition: Definition) -> None:
    """Changes what a cohort resolves from; who belongs to it changes with the next `set_members`."""
    connection.execute(
        text("UPDATE cohorts SET definition = :definition WHERE id = :id"),
        {"id": cohort_id, "definition": Jsonb(definition)},
    )


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
    clear_numbers(connection, [cohort_id])
    connection.execute(text("DELETE FROM cohorts WHERE id = :id"), {"id": cohort_id})


def clear_numbers(connection: Connection, cohort_ids: Collection[int]) -> None:
    """Removes what syncs have written of these cohorts for SQL users; the next ones write it anew."""
    for table in ("cohort_film_stats", "film_rankings", "ranking_insights"):
        connection.execute(text(f"DELETE FROM {table} WHERE cohort_id = ANY(:ids)"), {"ids": list(cohort_ids)})
