"""Step "enrich": completes the films the cohort watched, most-watched first, within a budget."""

from jobs.enriching import enrich
from jobs.queues import CRAWL
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.store import runs, steps
from schema.store.steps import Step


def work(step: Step) -> dict:
    """Asks the part's sources in their order.

    A refusal is reported and ends that source only, unless it is Letterboxd that pauses: a cohort has its ratings
    without posters. The films stay in the queue with the reason.
    """
    with engine().connect() as connection:
        cohort_id = runs.cohort_of(connection, step.run_id)

    def note(report: dict) -> None:
        with engine().begin() as connection:
            steps.note(connection, step, report)

    arguments = step.arguments
    return enrich(arguments["sources"], step.run_id, cohort_id=cohort_id, budget=arguments.get("budget"), note=note)


STEP = StepKind(CRAWL, work)
