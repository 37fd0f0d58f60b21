"""How much of the needs-enrichment queue is due, and what became of the rest."""

from sqlalchemy import Connection, text


def num_due(connection: Connection, kind: str, cohort_id: int) -> int:
    """How many films that the cohort watched are due for `kind` (identity, tmdb or histogram) now."""
    return connection.execute(
        text(
            "SELECT count(*) FROM film_metadata_sync q WHERE q.kind = :kind AND q.status IN ('pending', 'failed')"
            " AND q.next_attempt_at <= now() AND EXISTS (SELECT FROM ratings r JOIN cohort_members m USING (member_id)"
            " WHERE r.film_id = q.film_id AND m.cohort_id = :cohort)"
        ),
        {"kind": kind, "cohort": cohort_id},
    ).scalar_one()


def num_by_status(connection: Connection) -> dict[str, dict[str, int]]:
    """How many films are pending, fetched, failed and absent, by kind."""
    counts: dict[str, dict[str, int]] = {}
    for kind, status, number in connection.execute(
        text("SELECT kind, status, count(*) FROM film_metadata_sync GROUP BY kind, status ORDER BY kind, status")
    ):
        counts.setdefault(kind, {})[status] = number
    return counts
