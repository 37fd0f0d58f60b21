"""Records the steps of a run, cut into parts that workers share: who does what, and what came of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, Engine, text

from schema.store import runs

MAX_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a step of a run. `arguments` is what it works on, `detail` what it reports.

    `attempts` counts those that ended badly, the one under way, and the one that succeeded.
    """

    run_id: int
    name: str
    part: int
    status: str
    attempts: int
    arguments: dict
    detail: dict
    error: str | None

    @property
    def next_attempt(self) -> int:
        """Number of the attempt that comes next; one whose process died silently is made again."""
        return self.attempts + (self.status == "pending")


_COLUMNS = "run_id, name, part, status, attempts, arguments, detail, error"
_KEY = "hashtextextended(format('sync %s %s %s', CAST(:run AS bigint), {name}, {part}), 0)"
_PART = {"name": "CAST(:name AS text)", "part": "CAST(:part AS int)"}


def plan(connection: Connection, run_id: int, name: str, arguments: Sequence[Mapping]) -> None:
    """Plans a step, not yet begun, in as many parts as there are `arguments`; an earlier plan of it goes."""
    connection.execute(
        text("DELETE FROM sync_steps WHERE run_id = :run AND name = :name"), {"run": run_id, "name": name}
    )
    connection.execute(
        text("INSERT INTO sync_steps (run_id, name, part, arguments) VALUES (:run, :name, :part, :arguments)"),
        [
            {"run": run_id, "name": name, "part": part, "arguments": Jsonb(dict(each))}
            for part, each in enumerate(arguments)
        ],
    )


def of_run(connection: Connection, run_id: int) -> list[Step]:
    """The parts planned so far."""
    return of_runs(connection, [run_id])


def of_runs(connection: Connection, run_ids: Collection[int]) -> list[Step]:
    """The same of several runs."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM sync_steps WHERE run_id = ANY(:runs) ORDER BY run_id, name, part"),  # noqa: S608
        {"runs": list(run_ids)},
    )
    return [Step(*row) for row in rows]


@contextmanager
def claimed(engine: Engine, run_id: int, name: str, part: int) -> Iterator[bool]:
    """Whether this process, and no other, may work on the part inside the block.

    The claim is a lock of the database session: Postgres gives it back when the process dies.
    """
    key = _KEY.format(**_PART)
    where = {"run": run_id, "name": name, "part": part}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ours = connection.execute(text(f"SELECT pg_try_advisory_lock({key})"), where).scalar_one()
        try:
            yield ours
        finally:
            if ours:
                connection.execute(text(f"SELECT pg_advisory_unlock({key})"), where)


def claims(connection: Connection, run_id: int) -> set[tuple[str, int]]:
    """The (step, part)s of a run that living processes have claimed."""
    rows = connection.execute(
        text(
            "SELECT s.name, s.part FROM sync_steps s JOIN pg_locks l ON l.locktype = 'advisory' AND l.objsubid = 1"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND (l.classid::bigint << 32) | l.objid::bigint ="
            f" {_KEY.format(name='s.name', part='s.part')} WHERE s.run_id = :run"
        ),
        {"run": run_id},
    )
    return {(name, part) for name, part in rows}


def start(connection: Connection, run_id: int, name: str, part: int, attempt: int) -> Step | None:
    """Begins attempt number `attempt` of a part that the caller has claimed.

    None when there is nothing to do: that attempt has ended, the part is done, or its run is over.
    """
    row = connection.execute(
        text(
            "UPDATE sync_steps s SET status = 'running', attempts = :attempt, error = NULL,"
            " started_at = coalesce(s.started_at, now())"
            " FROM sync_runs r WHERE r.id = s.run_id AND r.status IN ('queued', 'running')"
            " AND s.run_id = :run AND s.name = :name AND s.part = :part"
            " AND s.attempts = CAST(:attempt AS int) - CAST(s.status = 'pending' AS int)"
            " AND s.status IN ('pending', 'running')"
            f" RETURNING {', '.join('s.' + column for column in _COLUMNS.split(', '))}"
        ),
        {"run": run_id, "name": name, "part": part, "attempt": attempt},
    ).one_or_none()
    if row is None:
        return None
    connection.execute(
        text(
            "UPDATE sync_runs SET status = 'running', started_at = coalesce(started_at, now())"
            " WHERE id = :run AND status = 'queued'"
        ),
        {"run": run_id},
    )
    return Step(*row)


def note(connection: Connection, step: Step, detail: Mapping) -> None:
    """Lets others see what a part under way has to report so far."""
    _change(connection, step, "running", "detail = :detail", detail=Jsonb(dict(detail)))


def finish(connection: Connection, step: Step, detail: Mapping) -> None:
    """Marks a part as done with what it reports."""
    _change(connection, step, "succeeded", "detail = :detail, finished_at = now()", detail=Jsonb(dict(detail)))


def release(connection: Connection, step: Step) -> None:
    """Puts a part back that was interrupted: the attempt does not count."""
    _change(connection, step, "pending", "attempts = attempts - 1")


def pause(connection: Connection, step: Step, reason: str) -> None:
    """Puts a part and its run aside until an operator resumes them; the attempt does not count."""
    if _change(connection, step, "paused", "attempts = attempts - 1, error = :error", error=reason):
        runs.finish(connection, step.run_id, "paused", f"{step.name}: {reason}")


def fail(connection: Connection, step: Step, error: str, *, final: bool) -> None:
    """Notes why an attempt failed; `final` ends the part and with it the run."""
    if final:
        if _change(connection, step, "failed", "error = :error, finished_at = now()", error=error):
            runs.finish(connection, step.run_id, "failed", f"{step.name}: {error}")
    else:
        _change(connection, step, "pending", "error = :error", error=error)


def _change(connection: Connection, step: Step, status: str, change: str, **values: object) -> bool:
    """False for a part that is not being worked on: it has ended, and stays as it ended."""
    return (
        connection.execute(
            text(
                f"UPDATE sync_steps SET status = :status, {change}"  # noqa: S608
                " WHERE run_id = :run AND name = :name AND part = :part AND status = 'running'"
            ),
            {"run": step.run_id, "name": step.name, "part": step.part, "status": status, **values},
        ).rowcount
        > 0
    )
