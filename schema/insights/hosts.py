"""Which hosts are paused or asked to wait, and what runs have raised alerts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class HostRow:
    """A host that may not be asked now: since when it is paused, why and by whom, or until when it wants quiet."""

    host: str
    paused_at: datetime | None
    reason: str | None
    paused_by: str | None
    not_before: datetime | None


@dataclass(frozen=True, slots=True)
class AlertRow:
    """Something about a run that a person should look at."""

    run_id: int
    kind: str
    message: str
    created_at: datetime


def withheld(connection: Connection) -> list[HostRow]:
    """Hosts that nobody may ask now, by name."""
    rows = connection.execute(
        text(
            "SELECT host, paused_at, reason, paused_by, CASE WHEN not_before > now() THEN not_before END FROM hosts"
            " WHERE paused_at IS NOT NULL OR not_before > now() ORDER BY host"
        )
    )
    return [HostRow(*row) for row in rows]


def alerts(connection: Connection, *, run_id: int | None = None, limit: int = 5) -> list[AlertRow]:
    """The latest alerts, newest first, of one run or of all."""
    rows = connection.execute(
        text(
            "SELECT run_id, kind, message, created_at FROM alerts"
            " WHERE CAST(:run AS bigint) IS NULL OR run_id = :run ORDER BY id DESC LIMIT :limit"
        ),
        {"run": run_id, "limit": limit},
    )
    return [AlertRow(*row) for row in rows]
