"""How much of the needs-enrichment queue is due, and what became of the rest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.store.metadata import DUE


def num_due(connection: Connection, source: str, cohort_id: int | None = None) -> int:
    """About how many films a source (a key of `store.metadata.DUE`) is to be asked now; of a cohort's, or all."""
    return connection.execute(
        text(
            "SELECT count(*) FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
            f" WHERE {DUE[source]} AND (CAST(:cohort AS bigint) IS NULL"
            " OR EXISTS (SELECT FROM ratings r JOIN cohort_members m USING (member_id)"
            " WHERE r.film_id = q.film_id AND m.cohort_id = :cohort))"
        ),
        {"cohort": cohort_id},
    ).scalar_one()


def num_due_of_cohorts(connection: Connection, source: str, cohort_ids: Collection[int]) -> dict[int, int]:
    """The same for each of several cohorts; those with none are left out."""
    rows = connection.execute(
        text(
            "SELECT m.cohort_id, count(DISTINCT q.film_id) FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
            " JOIN ratings r ON r.film_id = q.film_id JOIN cohort_members m ON m.member_id = r.member_id"
            f" WHERE {DUE[source]} AND m.cohort_id = ANY(:cohorts) GROUP BY m.cohort_id"
        ),
        {"cohorts": list(cohort_ids)},
    )
    return dict(rows.all())


def num_by_status(connection: Connection) -> dict[str, dict[str, int]]:
    """How many films are pending, fetched, failed and absent, by kind."""
    counts: dict[str, dict[str, int]] = {}
    for kind, status, number in connection.execute(
        text("SELECT kind, status, count(*) FROM film_metadata_sync GROUP BY kind, status ORDER BY kind, status")
    ):
        counts.setdefault(kind, {})[status] = number
    return counts


@dataclass(frozen=True, slots=True)
class OpenEntry:
    """A film that could not be completed: what is missing, why, what was proposed for it, and when it is due."""

    film_id: int
    kind: str
    status: str
    slug: str | None
    title: str
    year: int | None
    attempts: int
    reason: str | None
    asked: list[str]
    candidates: list[dict]
    next_attempt_at: datetime
    watchers: int


# Without a status: what is pending after a source was asked in vain, or failed.
_OPEN = (
    "(CAST(:kind AS text) IS NULL OR q.kind = :kind) AND CASE WHEN CAST(:status AS text) IS NULL"
    " THEN q.status = 'failed' OR q.status = 'pending' AND q.asked <> '{}' ELSE q.status = :status END"
)


def still_open(
    connection: Connection,
    limit: int,
    kind: str | None = None,
    status: str | None = None,
    *,
    after: Sequence[int | str] | None = None,
) -> list[OpenEntry]:
    """What is pending after a source was asked in vain, or failed, or all of a `status`; most-watched films first.

    `after` is where to go on: watchers, film and kind of the last entry seen.
    """
    watchers, film_id, last_kind = after or (None, None, None)
    rows = connection.execute(
        text(
            "SELECT * FROM (SELECT q.film_id, q.kind, q.status, f.slug, f.title, f.release_year, q.attempts, q.error,"
            " q.asked, q.candidates, q.next_attempt_at,"
            " (SELECT count(*) FROM ratings r WHERE r.film_id = q.film_id) AS watchers"
            f" FROM film_metadata_sync q JOIN films f ON f.id = q.film_id WHERE {_OPEN}) entry"
            " WHERE CAST(:watchers AS bigint) IS NULL"
            " OR (-watchers, film_id, kind) > (-CAST(:watchers AS bigint), :film, :last)"
            " ORDER BY watchers DESC, film_id, kind LIMIT :limit"
        ),
        {
            "limit": limit,
            "kind": kind,
            "status": status,
            "watchers": watchers,
            "film": film_id,
            "last": last_kind,
        },
    )
    return [OpenEntry(*row) for row in rows]


def num_open(connection: Connection, kind: str | None = None, status: str | None = None) -> int:
    """How many entries `still_open` has in all."""
    return connection.execute(
        text(f"SELECT count(*) FROM film_metadata_sync q WHERE {_OPEN}"), {"kind": kind, "status": status}
    ).scalar_one()
