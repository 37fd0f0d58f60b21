"""Advisory locks, held to the end of the transaction, that order writers who would collide.

Whoever needs several takes them in this order: films, merges, member.
"""

from sqlalchemy import Connection, text

_FILMS, _MEMBER, _MERGES = 1, 2, 3


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
