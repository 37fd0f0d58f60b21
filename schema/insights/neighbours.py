"""Who stands near whom in the follow graph: members to add to a group, whom two members have in common."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights.groups import Group, MemberRow

Pair = tuple[int, int]
"""Ids of one member and another."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member outside a group, and how many of the group follow them."""

    member: MemberRow
    followed_by: int


# How `a` and `b`, rows of `follows`, lead from one member and the other to somebody (`a.who`) they have in common.
_BETWEEN = {
    "following": ("a.follower_id = p.one", "b.follower_id = p.other AND b.followee_id = a.followee_id", "followee_id"),
    "followers": ("a.followee_id = p.one", "b.followee_id = p.other AND b.follower_id = a.follower_id", "follower_id"),
    "mutual": ("a.follower_id = p.one", "b.followee_id = p.other AND b.follower_id = a.followee_id", "followee_id"),
}
RELATIONS = tuple(_BETWEEN)
"""Whom both follow; who follows both; whom one follows and who follows the other (of a member with themself: who
follows back)."""


def _common(relation: str) -> str:
    ours, theirs, who = _BETWEEN[relation]
    return (
        "FROM unnest(CAST(:ones AS int[]), CAST(:others AS int[])) AS p(one, other)"
        f" JOIN follows a ON {ours} JOIN follows b ON {theirs}"
        f" JOIN members m ON m.id = a.{who} AND m.missing_since IS NULL"
    )


def common(
    connection: Connection, relation: str, after: str, limit: int, pairs: Collection[Pair]
) -> dict[Pair, list[MemberRow]]:
    """The next `limit` members between each pair, by username, behind `after` ("" starts); not who has vanished."""
    rows = connection.execute(
        text(
            "SELECT one, other, id, username, display_name FROM (SELECT p.one, p.other, m.id, m.username,"
            " m.display_name, row_number() OVER (PARTITION BY p.one, p.other ORDER BY m.username) AS place"
            f" {_common(relation)} WHERE m.username > :after) found WHERE place <= :limit ORDER BY one, other, place"
        ),
        {**_sides(pairs), "after": after, "limit": limit},
    )
    found: dict[Pair, list[MemberRow]] = defaultdict(list)
    for one, other, *member in rows:
        found[one, other].append(MemberRow(*member))
    return found


def count_common(connection: Connection, relation: str, pairs: Collection[Pair]) -> dict[Pair, int]:
    """How many members stand between each pair; pairs with none are left out."""
    rows = connection.execute(
        text(f"SELECT p.one, p.other, count(*) {_common(relation)} GROUP BY p.one, p.other"), _sides(pairs)
    )
    return {(one, other): count for one, other, count in rows}


def followed(connection: Connection, pairs: Collection[Pair]) -> dict[Pair, bool]:
    """True for each pair of which the first follows the second; the others are left out."""
    rows = connection.execute(
        text(
            "SELECT f.follower_id, f.followee_id FROM unnest(CAST(:ones AS int[]), CAST(:others AS int[])) AS"
            " p(one, other) JOIN follows f ON f.follower_id = p.one AND f.followee_id = p.other"
        ),
        _sides(pairs),
    )
    return {tuple(row): True for row in rows}


def suggestions(connection: Connection, group: Group, after: tuple[int, str] | None, limit: int) -> list[Suggestion]:
    """Members with known films whom the group follows but does not hold: most followers first, then by username.

    The next `limit` behind `after`, the followers and the username of one.
    """
    followers, username = after or (None, "")
    rows = connection.execute(
        text(
            f"SELECT m.id, m.username, m.display_name, count(*) {_suggested(group)}"
            " GROUP BY m.id HAVING CAST(:followers AS bigint) IS NULL OR count(*) < :followers"
            " OR (count(*) = :followers AND m.username > :username)"
            " ORDER BY count(*) DESC, m.username LIMIT :limit"
        ),
        {**group.key, "followers": followers, "username": username, "limit": limit},
    )
    return [Suggestion(MemberRow(*member), count) for *member, count in rows]


def count_suggestions(connection: Connection, group: Group) -> int:
    """How many members there are to suggest."""
    return connection.execute(text(f"SELECT count(DISTINCT m.id) {_suggested(group)}"), group.key).scalar_one()


def _suggested(group: Group) -> str:
    return (
        f"FROM follows f JOIN members m ON m.id = f.followee_id WHERE f.follower_id IN ({group.MEMBER_IDS})"
        f" AND m.id NOT IN ({group.MEMBER_IDS}) AND m.missing_since IS NULL"
        " AND EXISTS (SELECT FROM member_vectors v WHERE v.member_id = m.id AND v.film_ids <> '')"
    )


def _sides(pairs: Collection[Pair]) -> dict[str, list[int]]:
    return {"ones": [one for one, _ in pairs], "others": [other for _, other in pairs]}
