"""TMDB's answers as they came: kept until they expire, then validated again, and never beyond six months."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

# TMDB's terms of use: no caching beyond six months.
LONGEST_KEPT = timedelta(days=180)

Title = tuple[str, int]  # movie or tv, and TMDB's number


@dataclass(frozen=True, slots=True)
class Payload:
    """One answer, a JSON document."""

    tmdb_type: str
    tmdb_id: int
    document: str
    etag: str | None
    fetched_at: datetime
    expires_at: datetime


_COLUMNS = "type, id, payload::text, etag, fetched_at, expires_at"


@dataclass(frozen=True, slots=True)
class Validity:
    """What an answer was marked with, and until when it need not be asked for again.

    The mark is that of the very question: `alternatives` says whether other titles were asked for.
    """

    etag: str | None
    expires_at: datetime
    alternatives: bool


def keep(connection: Connection, payloads: Sequence[Payload]) -> None:
    """Stores answers, each in place of an earlier one."""
    connection.execute(
        text(
            "INSERT INTO tmdb_payloads (type, id, payload, etag, fetched_at, expires_at)"
            " VALUES (:type, :id, CAST(:payload AS jsonb), :etag, :fetched, :expires)"
            " ON CONFLICT (type, id) DO UPDATE SET payload = excluded.payload, etag = excluded.etag,"
            " fetched_at = excluded.fetched_at, expires_at = excluded.expires_at"
        ),
        [
            {
                "type": each.tmdb_type,
                "id": each.tmdb_id,
                "payload": each.document,
                "etag": each.etag,
                "fetched": each.fetched_at,
                "expires": each.expires_at,
            }
            for each in payloads
        ],
    )


def still_valid(connection: Connection, title: Title, seen_at: datetime, expires_at: datetime) -> None:
    """TMDB says that an answer has not changed: only its clocks move."""
    connection.execute(
        text("UPDATE tmdb_payloads SET fetched_at = :seen, expires_at = :expires WHERE type = :type AND id = :id"),
        {"type": title[0], "id": title[1], "seen": seen_at, "expires": expires_at},
    )


def validity(connection: Connection, titles: Collection[Title]) -> dict[Title, Validity]:
    """ETag and expiry of the answers we have."""
    rows = connection.execute(
        text(
            "SELECT p.type, p.id, p.etag, p.expires_at, p.payload ? 'alternative_titles' FROM tmdb_payloads p"
            " JOIN unnest(CAST(:types AS text[]), CAST(:ids AS int[])) t (type, id) USING (type, id)"
        ),
        {"types": [kind for kind, _ in titles], "ids": [number for _, number in titles]},
    )
    return {(kind, number): Validity(*validity) for kind, number, *validity in rows}


def of_title(connection: Connection, title: Title) -> Payload:
    """The answer for a title that `validity` has named."""
    row = connection.execute(
        text(f"SELECT {_COLUMNS} FROM tmdb_payloads WHERE type = :type AND id = :id"),
        {"type": title[0], "id": title[1]},
    ).one()
    return Payload(*row)


def read(connection: Connection, after: Title, limit: int) -> list[Payload]:
    """The next answers behind a title, in the order of titles; ("", 0) is before the first."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM tmdb_payloads WHERE (type, id) > (:type, :id) ORDER BY type, id LIMIT :limit"),
        {"type": after[0], "id": after[1], "limit": limit},
    )
    return [Payload(*row) for row in rows]


def drop_old(connection: Connection) -> list[Title]:
    """Throws away what TMDB's terms let nobody keep; returns of which titles that was."""
    rows = connection.execute(
        text("DELETE FROM tmdb_payloads WHERE fetched_at < now() - CAST(:longest AS interval) RETURNING type, id"),
        {"longest": LONGEST_KEPT},
    )
    return [(kind, number) for kind, number in rows]
