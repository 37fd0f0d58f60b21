"""Writes who may see a cohort: its visibility, and the tokens that show it to whoever holds one."""

from datetime import timedelta

from sqlalchemy import Connection, text

from schema.secrets import digest, new_secret


def create(connection: Connection, cohort_id: int, *, life: timedelta | None = None) -> str:
    """A token that shows this cohort; a private cohort becomes unlisted."""
    token = new_secret()
    connection.execute(
        text("UPDATE cohorts SET visibility = 'unlisted' WHERE id = :cohort AND visibility = 'private'"),
        {"cohort": cohort_id},
    )
    connection.execute(
        text(
            "INSERT INTO shares (cohort_id, secret_hash, expires_at)"
            " VALUES (:cohort, :hash, now() + CAST(:life AS interval))"
        ),
        {"cohort": cohort_id, "hash": digest(token), "life": life},
    )
    return token


def set_visibility(connection: Connection, cohort_id: int, visibility: str) -> None:
    """Makes a cohort private, unlisted or public. Private ends all its shares for good."""
    connection.execute(
        text("UPDATE cohorts SET visibility = :visibility WHERE id = :cohort"),
        {"cohort": cohort_id, "visibility": visibility},
    )
    if visibility == "private":
        connection.execute(text("DELETE FROM shares WHERE cohort_id = :cohort"), {"cohort": cohort_id})
