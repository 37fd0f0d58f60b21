"""The needs-enrichment queue: what is still to be asked about a film, why it failed, when to try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, text

# After a failure the next try waits an hour, then four, sixteen, … at most a week.
_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film whose entry in the queue is due."""

    film_id: int
    slug: str | None
    letterboxd_id: int | None
    tmdb_type: str | None
    tmdb_id: int | None

    @property
    def address(self) -> str | None:
        """What stands for the film in Letterboxd's addresses: its slug, else `film:N`, which leads to it."""
        return self.slug or (f"film:{self.letterboxd_id}" if self.letterboxd_id is not None else None)


def due(connection: Connection, kind: str, limit: int, cohort_id: int | None = None) -> list[Wanted]:
    """Films whose `kind` is due now, most-watched first (by the cohort's members when one is given)."""
    rows = connection.execute(
        text(
            "SELECT f.id, f.slug, f.letterboxd_id, f.tmdb_type, f.tmdb_id"
            " FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
            " LEFT JOIN (SELECT film_id, count(*) AS watchers FROM ratings"
            " WHERE CAST(:cohort AS bigint) IS NULL"
            " OR member_id IN (SELECT member_id FROM cohort_members WHERE cohort_id = :cohort)"
            " GROUP BY film_id) w ON w.film_id = f.id"
            " WHERE q.kind = :kind AND q.status IN ('pending', 'failed') AND q.next_attempt_at <= now()"
            " AND (CAST(:cohort AS bigint) IS NULL OR w.watchers > 0)"
            " ORDER BY coalesce(w.watchers, 0) DESC, f.id LIMIT :limit"
        ),
        {"kind": kind, "limit": limit, "cohort": cohort_id},
    )
    return [Wanted(*row) for row in rows]


def want(connection: Connection, film_ids: Sequence[int], kind: str) -> None:
    """Puts films into the queue for `kind`, unless they are in it already."""
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync (film_id, kind) SELECT unnest(CAST(:films AS int[])), :kind"
            " ON CONFLICT DO NOTHING"
        ),
        {"films": list(film_ids), "kind": kind},
    )


def settle(connection: Connection, film_id: int, kind: str, status: str = "fetched") -> None:
    """Closes a queue entry: "fetched", or "absent" when the upstream positively has nothing."""
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync (film_id, kind, status, attempts) VALUES (:film, :kind, :status, 1)"
            " ON CONFLICT (film_id, kind) DO UPDATE SET status = excluded.status, error = NULL,"
            " attempts = film_metadata_sync.attempts + 1"
        ),
        {"film": film_id, "kind": kind, "status": status},
    )


def fail(connection: Connection, film_id: int, kind: str, error: str) -> None:
    """Keeps a film in the queue with the reason, its next attempt four times later than the last one."""
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync AS q (film_id, kind, status, attempts, error, next_attempt_at)"
            " VALUES (:film, :kind, 'failed', 1, :error, now() + :first)"
            " ON CONFLICT (film_id, kind) DO UPDATE SET status = 'failed', error = excluded.error,"
            " attempts = q.attempts + 1, next_attempt_at = now()"
            " + least(:first * power(4, least(q.attempts, 10)), CAST(:last AS interval))"
        ),
        {"film": film_id, "kind": kind, "error": error, "first": _FIRST_RETRY, "last": _LAST_RETRY},
    )
