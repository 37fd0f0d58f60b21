"""Step "stats": writes the cohort's aggregates down."""

from jobs.queues import SYNC
from jobs.steps.kind import StepKind
from schema.engine import SNAPSHOT, engine
from schema.store import cohorts, runs
from schema.store.stats import numbers_of, write_stats
from schema.store.steps import Step


def work(step: Step) -> dict:
    """Replaces the cohort's stats; readers see the old ones or the new."""
    with engine().connect().execution_options(**SNAPSHOT) as connection:
        cohort_id = runs.cohort_of(connection, step.run_id)
        found = numbers_of(connection, cohort_id)
    with engine().begin() as connection:
        films = write_stats(connection, cohort_id, found)
        cohorts.touch(connection, cohort_id)
    return {"films": films}


STEP = StepKind(SYNC, work)
