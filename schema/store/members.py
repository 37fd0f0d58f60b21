"""Writes members and follow relations."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, text

from schema.store import erasures
from schema.store.locks import hold_erasures


def ids_by_username(connection: Connection, usernames: Iterable[str]) -> dict[str, int]:
    """Ids of the members we hold, by lower-cased username; unknown names are left out."""
    rows = connection.execute(
        text("SELECT username, id FROM members WHERE username = ANY(:names)"),
        {"names": [name.lower() for name in usernames]},
    )
    return dict(rows.all())


def upsert(connection: Connection, names: Mapping[str, str | None]) -> dict[str, int]:
    """Makes sure that members exist (username → display name or None) and gives their ids by username.

    A display name that is None leaves the stored one alone. Whoever was erased stays out, and is not among
    the ids.
    """
    people = {username.lower(): shown for username, shown in names.items()}
    known = {
        username: (id, shown)
        for username, id, shown in connection.execute(
            text("SELECT username, id, display_name FROM members WHERE username = ANY(:names)"),
            {"names": list(people)},
        )
    }
    stale = {
        name: shown
        for name, shown in people.items()
        if name not in known or (shown is not None and known[name][1] != shown)
    }
    ids = {name: id for name, (id, _) in known.items()}
    if stale:
        hold_erasures(connection)
        erased = erasures.among(connection, stale)
        ids = {name: id for name, id in ids.items() if name not in erased}
        ordered = sorted(stale.keys() - erased)  # one order for all writers, so that two of them never deadlock
        rows = connection.execute(
            text(
                "INSERT INTO members AS m (username, display_name)"
                " SELECT * FROM unnest(CAST(:names AS text[]), CAST(:shown AS text[]))"
                " ON CONFLICT (username) DO UPDATE"
                " SET display_name = coalesce(excluded.display_name, m.display_name) RETURNING username, id"
            ),
            {"names": ordered, "shown": [stale[name] for name in ordered]},
        )
        ids.update(rows.all())
    return ids


def mark_missing(connection: Connection, username: str, at: datetime) -> None:
    """Records that the upstream does not know `username`, when we hold that member."""
    connection.execute(
        text("UPDATE members SET missing_since = coalesce(missing_since, :at) WHERE username = :name"),
        {"name": username.lower(), "at": at},
    )


def mark_present(connection: Connection, member_id: int) -> None:
    """Takes back an earlier `mark_missing`."""
    connection.execute(
        text("UPDATE members SET missing_since = NULL WHERE id = :id AND missing_since IS NOT NULL"),
        {"id": member_id},
    )


def num_follows(connection: Connection, usernames: Iterable[str], *, direction: str) -> dict[str, int]:
    """How many relations in this direction we hold, by username; members without any are left out."""
    mine = "follower_id" if direction == "following" else "followee_id"
    rows = connection.execute(
        text(
            f"SELECT m.username, count(*) FROM members m JOIN follows f ON f.{mine} = m.id"
            " WHERE m.username = ANY(:names) GROUP BY 1"
        ),
        {"names": list(usernames)},
    )
    return dict(rows.all())


def replace_follows(connection: Connection, member_id: int, others: Iterable[int], *, direction: str) -> int:
    """Makes `others` exactly the people `member_id` follows (direction "following") or is followed by
    ("followers"); returns how many relations were added or removed."""
    mine, theirs = ("follower_id", "followee_id") if direction == "following" else ("followee_id", "follower_id")
    others = sorted(set(others))
    removed = connection.execute(
        text(f"DELETE FROM follows WHERE {mine} = :me AND {theirs} <> ALL(:others)"),  # noqa: S608
        {"me": member_id, "others": others},
    ).rowcount
    added = connection.execute(
        text(
            f"INSERT INTO follows ({mine}, {theirs}) SELECT :me, unnest(CAST(:others AS int[]))"  # noqa: S608
            " ON CONFLICT DO NOTHING"
        ),
        {"me": member_id, "others": others},
    ).rowcount
    return removed + added
