"""Who stands near a group in the follow graph: members to add, mutual follows, cohorts in common."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member outside a group, and how many of the group follow them."""

    member_id: int
    username: str
    display_name: str | None
    followed_by: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Whom two members both follow, who follows both, and the saved cohorts that both are in."""

    following: list[int]
    followers: list[int]
    cohorts: list[int]


def suggestions(connection: Connection, member_ids: Collection[int], limit: int) -> list[Suggestion]:
    """Members with known reactions whom the group follows most but does not hold; equals by username."""
    rows = connection.execute(
        text(
            "SELECT m.id, m.username, m.display_name, count(*) FROM follows f JOIN members m ON m.id = f.followee_id"
            " WHERE f.follower_id = ANY(:group) AND NOT m.id = ANY(:group) AND m.missing_since IS NULL"
            " AND EXISTS (SELECT FROM member_vectors v WHERE v.member_id = m.id AND v.film_ids <> '')"
            " GROUP BY m.id ORDER BY count(*) DESC, m.username LIMIT :limit"
        ),
        {"group": sorted(member_ids), "limit": limit},
    )
    return [Suggestion(*row) for row in rows]


def mutuals(connection: Connection, member_id: int) -> list[int]:
    """Members who follow the member and are followed back."""
    return list(
        connection.execute(
            text(
                "SELECT f.followee_id FROM follows f JOIN follows b"
                " ON b.follower_id = f.followee_id AND b.followee_id = f.follower_id"
                " WHERE f.follower_id = :member ORDER BY f.followee_id"
            ),
            {"member": member_id},
        ).scalars()
    )


def overlap(connection: Connection, one: int, other: int) -> Overlap:
    """What two members have in common in the follow graph; each list in order of id."""

    def both(column: str, table: str, by: str) -> list[int]:
        return list(
            connection.execute(
                text(
                    f"SELECT {column} FROM {table} WHERE {by} IN (:one, :other)"
                    f" GROUP BY {column} HAVING count(DISTINCT {by}) = 2 ORDER BY {column}"
                ),
                {"one": one, "other": other},
            ).scalars()
        )

    return Overlap(
        following=both("followee_id", "follows", "follower_id"),
        followers=both("follower_id", "follows", "followee_id"),
        cohorts=both("cohort_id", "cohort_members", "member_id"),
    )
