"""Step "rankings": writes the cohort's rankings down."""

from jobs.queues import SYNC
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.store import runs
from schema.store.stats import write_rankings
from schema.store.steps import Step


def work(step: Step) -> dict:
    """Replaces the cohort's rankings; readers see the old ones or the new."""
    with engine().begin() as connection:
        return {"places": write_rankings(connection, runs.cohort_of(connection, step.run_id))}


STEP = StepKind(SYNC, work)
