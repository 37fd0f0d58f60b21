"""Keeps what hosts asked of us and what operators decided about them; every worker looks here before it asks."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

EVERYWHERE = "*"
"""The name under which all hosts are paused at once."""

_LONGEST_HOLD_SECONDS = 30 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand with a host: why it is `paused`, if it is, for how many seconds nothing may be asked
    of it, and how many its robots.txt wants between two requests."""

    paused: str | None
    wait: float
    crawl_delay: float


def standing(connection: Connection, host: str) -> Standing:
    """The standing of a host, a pause of all hosts included. Times are those of the database's clock."""
    row = connection.execute(
        text(
            "SELECT (array_agg(reason ORDER BY host) FILTER (WHERE paused_at IS NOT NULL))[1],"
            " greatest(0, coalesce(max(extract(epoch FROM not_before - clock_timestamp())), 0)),"
            " coalesce(max(crawl_delay), 0) FROM hosts WHERE host IN (:host, :everywhere)"
        ),
        {"host": host, "everywhere": EVERYWHERE},
    ).one()
    return Standing(row[0], float(row[1]), float(row[2]))


def pause(connection: Connection, host: str, reason: str, by: str) -> None:
    """From here on nobody asks `host` (EVERYWHERE: anybody); the reason given first stays."""
    connection.execute(
        text(
            "INSERT INTO hosts AS h (host, paused_at, reason, paused_by) VALUES (:host, now(), :reason, :by)"
            " ON CONFLICT (host) DO UPDATE SET paused_at = excluded.paused_at, reason = excluded.reason,"
            " paused_by = excluded.paused_by WHERE h.paused_at IS NULL"
        ),
        {"host": host, "reason": " ".join(reason.split()), "by": by},
    )


def resume(connection: Connection, host: str) -> bool:
    """Takes a pause back, and a wait that the host asked for; False when it is not paused."""
    return (
        connection.execute(
            text(
                "UPDATE hosts SET paused_at = NULL, reason = NULL, paused_by = NULL, not_before = NULL"
                " WHERE host = :host AND paused_at IS NOT NULL"
            ),
            {"host": host},
        ).rowcount
        > 0
    )


def pause_reason(connection: Connection, host: str) -> str | None:
    """Why `host` is paused now, locked to stay so to the end of the transaction; None when it is not."""
    return connection.execute(
        text(
            "SELECT reason FROM hosts WHERE host IN (:host, :everywhere) AND paused_at IS NOT NULL"
            " ORDER BY host LIMIT 1 FOR SHARE"
        ),
        {"host": host, "everywhere": EVERYWHERE},
    ).scalar_one_or_none()


def hold(connection: Connection, host: str, seconds: float) -> None:
    """Nothing is asked of `host` for this long; a longer wait that holds already stays."""
    connection.execute(
        text(
            "INSERT INTO hosts AS h (host, not_before) VALUES (:host, clock_timestamp() + :seconds * interval '1 s')"
            " ON CONFLICT (host) DO UPDATE SET not_before = greatest(h.not_before, excluded.not_before)"
        ),
        {"host": host, "seconds": min(seconds, _LONGEST_HOLD_SECONDS)},
    )


def set_crawl_delay(connection: Connection, host: str, seconds: float) -> None:
    """Remembers the Crawl-delay of a host's robots.txt; 0 when it has none."""
    connection.execute(
        text(
            "INSERT INTO hosts AS h (host, crawl_delay) VALUES (:host, nullif(CAST(:seconds AS float), 0))"
            " ON CONFLICT (host) DO UPDATE SET crawl_delay = excluded.crawl_delay"
            " WHERE h.crawl_delay IS DISTINCT FROM excluded.crawl_delay"
        ),
        {"host": host, "seconds": seconds},
    )
