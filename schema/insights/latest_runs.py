"""The latest runs of cohorts with all that is told of a run, however many in the same number of statements."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights import completeness, runs
from schema.insights.completeness import Completeness
from schema.insights.runs import RunRow, StepProgress


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run, its steps as far as they are, and how whole its reading is."""

    run: RunRow
    steps: list[StepProgress]
    completeness: Completeness | None


def latest(
    connection: Connection, limit: int, cohort_ids: Collection[int], *, succeeded: bool = False
) -> dict[int, list[RunReport]]:
    """The latest runs of each cohort, newest first, of those that `succeeded` in syncing it or of all."""
    rows = connection.execute(
        text(
            f"SELECT run.* FROM unnest(CAST(:cohorts AS bigint[])) AS asked(cohort_id), LATERAL ({runs.SELECT}"
            " WHERE r.cohort_id = asked.cohort_id AND (NOT CAST(:succeeded AS boolean)"
            " OR r.status = 'succeeded' AND r.kind <> 'refresh') ORDER BY r.id DESC LIMIT :limit) run"
            " ORDER BY run.id DESC"
        ),
        {"cohorts": list(cohort_ids), "limit": limit, "succeeded": succeeded},
    )
    found = [RunRow(*row) for row in rows]
    if not found:
        return {}
    steps = runs.progress_of(connection, found)
    whole = completeness.of_runs(connection, [run.id for run in found])
    reports: dict[int, list[RunReport]] = {}
    for run in found:
        reports.setdefault(run.cohort_id, []).append(RunReport(run, steps[run.id], whole.get(run.id)))
    return reports
