"""Advisory locks, held to the end of the transaction, that order writers who would collide."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_FILMS, _MEMBER = 1, 2


def hold_films(connection: Connection) -> None:
    """Only the holder makes new films or moves slugs: two unique keys would deadlock otherwise."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:space, 0)"), {"space": _FILMS})


def hold_member(connection: Connection, member_id: int) -> None:
    """Only the holder changes this member's reactions."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:space, :id)"), {"space": _MEMBER, "id": member_id})


def hold_members(connection: Connection, member_ids: Sequence[int]) -> None:
    """Only the holder changes these members' reactions; taken in one order, so that two holders never deadlock."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:space, id) FROM unnest(CAST(:ids AS int[])) AS member(id)"),
        {"space": _MEMBER, "ids": sorted(member_ids)},
    )
