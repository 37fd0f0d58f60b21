"""Writes film filters that accounts gave a name."""

from collections.abc import Mapping

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text


def save(connection: Connection, account_id: int, name: str, filter: Mapping) -> int:
    """Keeps a filter under a name, in place of the one that had it; returns its id."""
    return connection.execute(
        text(
            "INSERT INTO saved_filters (account_id, name, filter) VALUES (:account, :name, :filter)"
            " ON CONFLICT (account_id, name) DO UPDATE SET filter = excluded.filter RETURNING id"
        ),
        {"account": account_id, "name": name, "filter": Jsonb(dict(filter))},
    ).scalar_one()


def delete(connection: Connection, filter_id: int, account_id: int) -> bool:
    """Removes a filter of an account; False when it has none of this id."""
    removed = connection.execute(
        text("DELETE FROM saved_filters WHERE id = :filter AND account_id = :account"),
        {"filter": filter_id, "account": account_id},
    )
    return removed.rowcount > 0
