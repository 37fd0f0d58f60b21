"""Writes lists of films, each in whole."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, text


def replace(
    connection: Connection,
    run_id: int,
    owner_id: int,
    slug: str,
    *,
    title: str | None,
    film_ids: Sequence[int],
    liked_by: Collection[int],
    observed_at: datetime,
) -> bool:
    """Makes a list exactly these films, in their order, and exactly these people who like it.

    False, and nothing written, when what is stored was observed later.
    """
    list_id = connection.execute(
        text(
            "INSERT INTO film_lists AS l (owner_id, slug, title, run_id, observed_at)"
            " VALUES (:owner, :slug, :title, :run, :at) ON CONFLICT (owner_id, slug) DO UPDATE"
            " SET title = excluded.title, run_id = excluded.run_id, observed_at = excluded.observed_at"
            " WHERE l.observed_at <= excluded.observed_at RETURNING id"
        ),
        {"owner": owner_id, "slug": slug, "title": title, "run": run_id, "at": observed_at},
    ).scalar()
    if list_id is None:
        return False
    for table in ("film_list_entries", "film_list_likes"):
        connection.execute(text(f"DELETE FROM {table} WHERE list_id = :list"), {"list": list_id})
    connection.execute(
        text(
            "INSERT INTO film_list_entries (list_id, film_id, position)"
            " SELECT :list, film, min(place) FROM unnest(CAST(:films AS int[])) WITH ORDINALITY AS on_it(film, place)"
            " GROUP BY film"
        ),
        {"list": list_id, "films": list(film_ids)},
    )
    connection.execute(
        text("INSERT INTO film_list_likes (list_id, member_id) SELECT :list, unnest(CAST(:members AS int[]))"),
        {"list": list_id, "members": sorted(set(liked_by))},
    )
    return True
