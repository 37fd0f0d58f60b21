"""The feeds that members gave leave to read, and how that goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
