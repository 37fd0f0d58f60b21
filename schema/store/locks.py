"""Advisory locks, held to the end of the transaction, that order writers who would collide.

Whoever needs several takes them in this order: erasures, films, merges, member.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_FILMS, _MEMBER, _ERASURES, _MERGES = 1, 2, 3, 4


def hold_erasures(connection: Connection, *, alone: bool = False) -> None:
    """Nobody is erased while members are made; `alone`, for who erases, nobody is made either."""
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    connection.execute(text(f"SELECT {lock}(:space, 0)"), {"space": _ERASURES})


def hold_films(connection: Connection) -> None:
    """Only the holder makes new films or moves slugs: two unique keys would deadlock otherwise."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:space, 0)"), {"space": _FILMS})


def hold_merges(connection: Connection) -> None:
    """Nobody writes reactions while the holder makes two films one."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:space, 0)"), {"space": _MERGES})


def hold_back_merges(connection: Connection) -> None:
    """No film is merged away while any holder writes reactions to it."""
    connection.execute(text("SELECT pg_advisory_xact_lock_shared(:space, 0)"), {"space": _MERGES})


def hold_member(connection: Connection, member_id: int) -> None:
    """Only the holder changes this member's reactions."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:space, :id)"), {"space": _MEMBER, "id": member_id})


def hold_members(connection: Connection, member_ids: Sequence[int]) -> None:
    """Only the holder changes these members' reactions; taken in one order, so that two holders never deadlock."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(:space, id) FROM unnest(CAST(:ids AS int[])) AS member(id)"),
        {"space": _MEMBER, "ids": sorted(member_ids)},
    )
