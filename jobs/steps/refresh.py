"""Step "refresh": finds out who belongs to the cohort now, and plans whose pages are to be read."""

from jobs.gathering import members_of
from jobs.queues import CRAWL
from jobs.steps import crawl
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.insights.cohort_details import definition_of
from schema.store import cohorts, runs, steps
from schema.store.steps import Step


def work(step: Step) -> dict:
    """Makes the resolved members the cohort's, and cuts step "crawl" into parts, in one transaction."""
    with engine().connect() as connection:
        cohort_id = runs.cohort_of(connection, step.run_id)
        definition = definition_of(connection, cohort_id)
    members = members_of(step.run_id, definition, strict=False, echo=True)
    with engine().begin() as connection:
        changed = cohorts.set_members(connection, cohort_id, members)
        steps.plan(
            connection,
            step.run_id,
            "crawl",
            crawl.parts(connection, cohort_id, full=runs.kind_of(connection, step.run_id) == "full"),
        )
    return {"members": len(members), "changed": changed}


STEP = StepKind(CRAWL, work)
