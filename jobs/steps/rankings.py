"""Step "rankings": writes down the cohort's rankings, and where each film stands in them."""

from jobs.queues import SYNC
from jobs.steps.kind import StepKind
from schema.engine import SNAPSHOT, engine
from schema.store import runs
from schema.store.stats import numbers_of, write_insights, write_rankings
from schema.store.steps import Step


def work(step: Step) -> dict:
    """Replaces the cohort's rankings; readers see the old ones or the new."""
    with engine().connect().execution_options(**SNAPSHOT) as connection:
        cohort_id = runs.cohort_of(connection, step.run_id)
        found = numbers_of(connection, cohort_id)
    with engine().begin() as connection:
        write_insights(connection, cohort_id, found)
        return {"places": write_rankings(connection, cohort_id, found)}


STEP = StepKind(SYNC, work)
