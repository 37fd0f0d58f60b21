"""Looks up lists of films by their addresses, user/slug."""

from collections.abc import Collection

from sqlalchemy import Connection, text


def known(connection: Connection, addresses: Collection[str], *, run_id: int | None = None) -> set[str]:
    """Those of `addresses` that are stored; with `run_id`, only what that run has read."""
    rows = connection.execute(
        text(
            "SELECT m.username || '/' || l.slug AS address FROM film_lists l JOIN members m ON m.id = l.owner_id"
            " WHERE m.username || '/' || l.slug = ANY(:addresses)"
            " AND (CAST(:run AS bigint) IS NULL OR l.run_id = :run)"
        ),
        {"addresses": list(addresses), "run": run_id},
    )
    return set(rows.scalars())


def films(connection: Connection, address: str) -> list[int]:
    """The films of a list in their order; empty for one that is not known."""
    username, _, slug = address.partition("/")
    rows = connection.execute(
        text(
            "SELECT e.film_id FROM film_list_entries e JOIN film_lists l ON l.id = e.list_id"
            " JOIN members m ON m.id = l.owner_id WHERE m.username = :username AND l.slug = :slug ORDER BY e.position"
        ),
        {"username": username, "slug": slug},
    )
    return list(rows.scalars())
