"""Records runs: Postgres knows what is to be done and what is done, whatever dies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from schema.store import completeness, costs, hosts


class RunInProgress(RuntimeError):
    """The cohort is being synced already, or its sync is `paused`, or the account has an import that is not over.

    `run_id` holds it, since `since`.
    """

    def __init__(self, run_id: int, since: datetime, *, paused: bool = False) -> None:
        if paused:
            super().__init__(f"run {run_id} holds this cohort and is paused, see `almanac health` and `almanac resume`")
        else:
            super().__init__(
                f"run {run_id} is already bringing this cohort up to date, since {since:%Y-%m-%d %H:%M:%S} UTC"
            )
        self.run_id = run_id
        self.since = since
        self.paused = paused


def open_run(connection: Connection, kind: str, cohort_id: int | None = None, *, account_id: int | None = None) -> int:
    """A new queued run; raises RunInProgress when the cohort, or the account, has an open one."""
    try:
        with connection.begin_nested():
            return connection.execute(
                text(
                    "INSERT INTO sync_runs (kind, cohort_id, account_id) VALUES (:kind, :cohort, :account) RETURNING id"
                ),
                {"kind": kind, "cohort": cohort_id, "account": account_id},
            ).scalar_one()
    except IntegrityError:
        holder = connection.execute(
            text(
                "SELECT id, created_at, status = 'paused' FROM sync_runs"
                " WHERE (cohort_id = :cohort OR account_id = :account) AND status IN ('queued', 'running', 'paused')"
            ),
            {"cohort": cohort_id, "account": account_id},
        ).one_or_none()
        if holder is None:
            raise
        raise RunInProgress(holder[0], holder[1], paused=holder[2]) from None


def hold(connection: Connection, run_id: int) -> str | None:
    """Locks the run to the end of the transaction and returns its status; None when there is no such run."""
    return connection.execute(
        text("SELECT status FROM sync_runs WHERE id = :run FOR NO KEY UPDATE"), {"run": run_id}
    ).scalar_one_or_none()


def cohort_of(connection: Connection, run_id: int) -> int:
    """Id of the cohort that a sync brings up to date."""
    return connection.execute(text("SELECT cohort_id FROM sync_runs WHERE id = :run"), {"run": run_id}).scalar_one()


def kind_of(connection: Connection, run_id: int) -> str:
    """Whether a run is a full sync, a delta, a refresh, a backfill, an import, or a crawl by hand."""
    return connection.execute(text("SELECT kind FROM sync_runs WHERE id = :run"), {"run": run_id}).scalar_one()


def finish(connection: Connection, run_id: int, status: str, error: str | None = None) -> None:
    """Ends a run as succeeded, failed or paused, and counts what it cost.

    A run that has ended stays as it ended; only a paused one can still fail. A paused one is not over: what it
    has read of unfinished listings is kept for when it is resumed, and nobody concludes how complete it is.
    """
    ended = connection.execute(
        text(
            "UPDATE sync_runs SET status = :status, error = :error, finished_at = now()"
            " WHERE id = :run AND (status IN ('queued', 'running') OR (status = 'paused' AND :status = 'failed'))"
        ),
        {"run": run_id, "status": status, "error": error},
    ).rowcount
    if ended:
        costs.settle(connection, run_id)
    if status == "paused":
        return
    if ended:
        completeness.conclude(connection, run_id)
    connection.execute(text("DELETE FROM listing_pages WHERE run_id = :run"), {"run": run_id})


def resume_paused(connection: Connection) -> list[int]:
    """Queues all paused runs of cohorts again, oldest first; whoever calls this sends their go, too."""
    connection.execute(
        text(
            "UPDATE sync_steps SET status = 'pending', error = NULL FROM sync_runs r"
            " WHERE r.id = run_id AND r.status = 'paused' AND sync_steps.status = 'paused'"
        )
    )
    resumed = connection.execute(
        text(
            "UPDATE sync_runs SET status = 'queued', error = NULL, finished_at = NULL"
            " WHERE status = 'paused' AND cohort_id IS NOT NULL RETURNING id"
        )
    ).scalars()
    return sorted(resumed)


def lift_pause(connection: Connection, host: str) -> list[int] | None:
    """Takes the pause of `host` (hosts.EVERYWHERE: of all) back; the runs that go on, None when there was no pause.

    Whoever calls this sends their go, too.
    """
    return resume_paused(connection) if hosts.resume(connection, host) else None


def authorize(connection: Connection, run_id: int, authorization: Mapping | None) -> None:
    """Writes down under whose permission a run crawls."""
    connection.execute(
        text('UPDATE sync_runs SET "authorization" = :given WHERE id = :run'),
        {"run": run_id, "given": Jsonb(dict(authorization)) if authorization else None},
    )


def open_runs(connection: Connection) -> list[int]:
    """Runs of cohorts and accounts that are queued or running, oldest first."""
    return list(
        connection.execute(
            text(
                "SELECT id FROM sync_runs WHERE status IN ('queued', 'running')"
                " AND coalesce(cohort_id, account_id) IS NOT NULL ORDER BY id"
            )
        ).scalars()
    )


@dataclass(frozen=True, slots=True)
class Due:
    """A cohort whose sync is due; `full` when it is time for a sweep."""

    cohort_id: int
    full: bool


def due_cohorts(connection: Connection) -> list[Due]:
    """Cohorts whose last successful sync began a day ago or never, longest waiting first.

    The sync is to be full when the last full one that succeeded began a week ago: a delta cannot see what
    members take back. A cohort that is being synced is not due, nor is one whose last sync failed within six
    hours: what an upstream refused it will refuse again, and asking costs it requests.
    """
    return [
        Due(*row)
        for row in connection.execute(
            text(
                "SELECT c.id, coalesce(last.swept, '-infinity') < now() - interval '7 days'"
                " FROM cohorts c LEFT JOIN LATERAL (SELECT"
                " max(r.created_at) FILTER (WHERE r.status = 'succeeded' AND r.kind IN ('full', 'delta')) AS succeeded,"
                " max(r.created_at) FILTER (WHERE r.status = 'succeeded' AND r.kind = 'full') AS swept,"
                " max(r.finished_at) FILTER (WHERE r.status = 'failed') AS failed,"
                " bool_or(r.status IN ('queued', 'running', 'paused')) AS open"
                " FROM sync_runs r WHERE r.cohort_id = c.id) last ON true"
                " WHERE NOT coalesce(last.open, false)"
                " AND coalesce(last.succeeded, '-infinity') < now() - interval '24 hours'"
                " AND coalesce(last.failed, '-infinity') < now() - interval '6 hours'"
                " ORDER BY last.succeeded NULLS FIRST, c.id"
            )
        )
    ]
