"""Fetches what comparing members needs: who they are beside what they think, all of one moment."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights.aggregates import Vector
from schema.insights.groups import AdHocGroup, Group, MemberRow
from schema.insights.neighbours import followed


@dataclass(frozen=True, slots=True)
class Company:
    """The members of a group and their vectors, parallel."""

    members: list[MemberRow]
    vectors: list[Vector]


def company(connection: Connection, group: Group, most: int | None = None) -> Company | None:
    """The members of a group and what they think; None, and nothing fetched, when they are more than `most`."""
    rows = connection.execute(
        text(
            "SELECT id, username, display_name FROM members"
            f" WHERE id IN ({group.MEMBER_IDS}) ORDER BY id LIMIT CAST(:limit AS int)"
        ),
        {**group.key, "limit": None if most is None else most + 1},
    )
    members = [MemberRow(*row) for row in rows]
    if most is not None and len(members) > most:
        return None
    return Company(members, group.vectors(connection))


def with_films(connection: Connection, username: str) -> tuple[MemberRow, Vector] | None:
    """The member of a lower-case username and what they think; None for nobody, the vanished, and the unread."""
    row = connection.execute(
        text("SELECT id, username, display_name FROM members WHERE username = :username AND missing_since IS NULL"),
        {"username": username},
    ).one_or_none()
    if row is None:
        return None
    [vector] = AdHocGroup(frozenset([row.id])).vectors(connection)
    return (MemberRow(*row), vector) if len(vector.film_ids) else None


def strangers(connection: Connection, one: MemberRow, members: list[MemberRow]) -> set[int]:
    """Ids of those of `members` whom one does not follow."""
    follows = followed(connection, [(one.id, other.id) for other in members])
    return {other.id for other in members if (one.id, other.id) not in follows}
