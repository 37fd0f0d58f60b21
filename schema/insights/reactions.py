"""Who gave what: the single reactions behind a group's numbers, and where each comes from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from schema.insights.groups import Group, MemberRow


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """What one member thinks of a film: rating in half-stars, and what told it when."""

    member: MemberRow
    rating: int | None
    liked: bool
    favorite: bool
    rated_at: date | None
    source: str
    observed_at: datetime | None


def by_film(
    connection: Connection, group: Group, after: str, limit: int, film_ids: Collection[int]
) -> dict[int, list[ReactionRow]]:
    """The next `limit` reactions of a group's members to each film, by username, behind `after` ("" starts)."""
    rows = connection.execute(
        text(
            "SELECT film_id, id, username, display_name, rating, liked, favorite, rated_at, source, observed_at FROM ("
            " SELECT r.film_id, m.id, m.username, m.display_name, r.rating, r.liked, r.favorite, r.rated_at, r.source,"
            " greatest(r.observed_at, r.favorite_observed_at) AS observed_at,"
            " row_number() OVER (PARTITION BY r.film_id ORDER BY m.username) AS place"
            " FROM ratings r JOIN members m ON m.id = r.member_id"
            f" WHERE r.film_id = ANY(:films) AND r.member_id IN ({group.MEMBER_IDS}) AND m.username > :after"
            ") found WHERE place <= :limit ORDER BY film_id, place"
        ),
        {"films": list(film_ids), "after": after, "limit": limit, **group.key},
    )
    found: dict[int, list[ReactionRow]] = {}
    for film_id, *member, rating, liked, favorite, rated_at, source, observed_at in rows:
        row = ReactionRow(MemberRow(*member), rating, liked, favorite, rated_at, source, observed_at)
        found.setdefault(film_id, []).append(row)
    return found
