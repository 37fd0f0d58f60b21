"""Step "enrich": completes the films the cohort watched, most-watched first, within a budget."""

from jobs.failures import CrawlRefused
from jobs.process import crawl
from jobs.queues import CRAWL
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.insights.enrichment import num_due
from schema.settings import Settings
from schema.store import runs, steps
from schema.store.steps import Step

_SPIDERS = {"identity": "film", "tmdb": "tmdb", "histogram": "histogram"}


def work(step: Step) -> dict:
    """Drains `kinds` of the queue, one after the other.

    A refusal is reported and ends that kind only: a cohort has its ratings without posters. The films stay
    in the queue with the reason.
    """
    with engine().connect() as connection:
        cohort_id = runs.cohort_of(connection, step.run_id)
    settings = Settings.from_environment()
    report: dict[str, dict] = {}
    for kind in step.arguments["kinds"]:
        with engine().begin() as connection:
            due = num_due(connection, kind, cohort_id)
            report[kind] = {"due": due, "asked": min(due, settings.enrich_films)}
            steps.note(connection, step, report)
        if kind == "tmdb" and not settings.tmdb_api_key:
            report[kind] |= {"asked": 0, "refused": "TMDB_API_KEY is not set"}
        if report[kind]["asked"]:
            report[kind] |= _drain(kind, settings.enrich_films, cohort_id, step.run_id)
    return report


def _drain(kind: str, budget: int, cohort_id: int, run_id: int) -> dict:
    try:
        done = crawl(_SPIDERS[kind], {"due": budget, "cohort": cohort_id, "run": run_id}, echo=True)
    except CrawlRefused as refusal:
        return {"refused": str(refusal)}
    return {"requests": done.requests, "failed": len(done.errors)}


STEP = StepKind(CRAWL, work)
