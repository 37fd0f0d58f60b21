"""Where reactions come from: feeds and how they are read, and who told what about a film."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed that may be read; `problem` is why the last reading failed, or what it found missing."""

    username: str
    opted_in_at: datetime
    read_at: datetime | None
    entries: int
    problem: str | None


def feeds(connection: Connection) -> list[FeedRow]:
    """The feeds of members who opted in, by username."""
    rows = connection.execute(
        text(
            "SELECT m.username, c.given_at, l.observed_at,"
            " (SELECT count(*) FROM feed_items i WHERE i.member_id = m.id), l.error"
            " FROM consents c JOIN members m ON m.id = c.member_id"
            " LEFT JOIN listings l ON l.member_id = m.id AND l.kind = 'rss'"
            " WHERE c.source = 'rss' AND c.withdrawn_at IS NULL ORDER BY 1"
        )
    )
    return [FeedRow(*row) for row in rows]


def num_due(connection: Connection, interval: timedelta) -> int:
    """How many feeds of members who opted in were not asked for within `interval`."""
    return connection.execute(
        text(
            "SELECT count(*) FROM consents c LEFT JOIN feeds f ON f.member_id = c.member_id"
            " WHERE c.source = 'rss' AND c.withdrawn_at IS NULL"
            " AND (f.asked_at IS NULL OR f.asked_at <= now() - CAST(:interval AS interval))"
        ),
        {"interval": interval},
    ).scalar_one()


@dataclass(frozen=True, slots=True)
class ReactionRow:
    """What one member thinks of a film: rating in half-stars, and what told it when."""

    username: str
    display_name: str | None
    rating: int | None
    liked: bool
    favorite: bool
    rated_at: date | None
    source: str
    observed_at: datetime | None


def reactions(
    connection: Connection, member_ids: Collection[int], film_id: int, after: str, limit: int
) -> list[ReactionRow]:
    """The next `limit` reactions of these members to a film, by username; those after `after`, which "" starts."""
    rows = connection.execute(
        text(
            "SELECT m.username, m.display_name, r.rating, r.liked, r.favorite, r.rated_at, r.source,"
            " greatest(r.observed_at, r.favorite_observed_at)"
            " FROM ratings r JOIN members m ON m.id = r.member_id"
            " WHERE r.film_id = :film AND r.member_id = ANY(:members) AND m.username > :after"
            " ORDER BY m.username LIMIT :limit"
        ),
        {"film": film_id, "members": list(member_ids), "after": after, "limit": limit},
    )
    return [ReactionRow(*row) for row in rows]
