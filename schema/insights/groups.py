"""Groups of members whose numbers can be asked for: a saved cohort, or any set of members."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import Connection, text

from schema.insights.aggregates import Vector
from schema.insights.reading import Years, vectors_of_cohort, vectors_of_members, years_of_cohort, years_of_members


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member's name as people know it."""

    id: int
    username: str
    display_name: str | None


@dataclass(frozen=True, slots=True)
class SavedGroup:
    """The members of a saved cohort."""

    MEMBER_IDS: ClassVar = "SELECT member_id FROM cohort_members WHERE cohort_id = :cohort"

    cohort_id: int

    @property
    def key(self) -> dict[str, object]:
        """What MEMBER_IDS, a piece of SQL, is asked with."""
        return {"cohort": self.cohort_id}

    def vectors(self, connection: Connection) -> list[Vector]:
        """What each member thinks of films."""
        return vectors_of_cohort(connection, self.cohort_id)

    def years(self, connection: Connection) -> list[Years]:
        """In which year each member rated films."""
        return years_of_cohort(connection, self.cohort_id)

    def members(self, connection: Connection, after: str, limit: int) -> list[MemberRow]:
        """The next `limit` members whose usernames come after `after`, which "" starts."""
        rows = connection.execute(
            text(
                "SELECT m.id, m.username, m.display_name FROM cohort_members c JOIN members m ON m.id = c.member_id"
                " WHERE c.cohort_id = :cohort AND m.username > :after ORDER BY m.username LIMIT :limit"
            ),
            {"cohort": self.cohort_id, "after": after, "limit": limit},
        )
        return [MemberRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class AdHocGroup:
    """Any set of members."""

    MEMBER_IDS: ClassVar = "SELECT unnest(CAST(:members AS int[]))"

    member_ids: frozenset[int]

    @property
    def key(self) -> dict[str, object]:
        """What MEMBER_IDS, a piece of SQL, is asked with."""
        return {"members": sorted(self.member_ids)}

    def vectors(self, connection: Connection) -> list[Vector]:
        """What each member thinks of films."""
        return vectors_of_members(connection, self.member_ids)

    def years(self, connection: Connection) -> list[Years]:
        """In which year each member rated films."""
        return years_of_members(connection, self.member_ids)

    def members(self, connection: Connection, after: str, limit: int) -> list[MemberRow]:
        """The next `limit` members whose usernames come after `after`, which "" starts."""
        rows = connection.execute(
            text(
                "SELECT id, username, display_name FROM members"
                " WHERE id = ANY(:members) AND username > :after ORDER BY username LIMIT :limit"
            ),
            {"members": sorted(self.member_ids), "after": after, "limit": limit},
        )
        return [MemberRow(*row) for row in rows]


Group = SavedGroup | AdHocGroup


def members_by_username(connection: Connection, usernames: Collection[str]) -> dict[str, MemberRow]:
    """Members by lower-case username; unknown names, and members who have vanished, are left out."""
    rows = connection.execute(
        text("SELECT id, username, display_name FROM members WHERE username = ANY(:names) AND missing_since IS NULL"),
        {"names": list(usernames)},
    )
    return {row.username: MemberRow(*row) for row in rows}
