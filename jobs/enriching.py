"""Completes films from the cheapest source that knows: which is asked after which, and what that cost."""

from collections.abc import Callable, Iterable

from jobs.failures import CrawlPaused, CrawlRefused
from jobs.process import crawl
from schema.engine import engine
from schema.insights.enrichment import num_due
from schema.settings import Settings
from schema.store import catalogue, film_changes, metadata, retention

SPIDERS = {
    "wikidata": "wikidata",
    "search": "tmdb_search",
    "page": "film",
    "tmdb": "tmdb",
    "histogram": "histogram",
}
# The scarce requests, of which there are only as many as the budget allows.
_OF_LETTERBOXD = {"page", "histogram"}
_OF_TMDB = {"search", "tmdb"}

Report = dict[str, dict]


def enrich(
    sources: Iterable[str],
    run_id: int,
    *,
    cohort_id: int | None = None,
    budget: int | None = None,
    note: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Asks `sources` one after the other for what is due: how much was due, asked, what it cost, who refused.

    A refusal or a pause ends that source only, Letterboxd's pause excepted; but the film page is left alone when a
    cheaper source was not heard, whose films it would be asked for. `budget` is how many requests Letterboxd gets
    from each of its spiders. `note` is told how far it is. Raises CrawlFailed, CrawlPaused or CrawlInterrupted.
    """
    settings = Settings.from_environment()
    report: Report = {}
    with engine().begin() as connection:
        retention.enforce(connection)
        film_changes.drop_old(connection)
        metadata.ask_anew(connection)
    for source in sources:
        if source == "catalogue":
            with engine().begin() as connection:
                catalogue.look_up(connection)
            continue
        with engine().connect() as connection:
            due = num_due(connection, source, cohort_id)
        asked = min(due, settings.enrich_films if budget is None else budget) if source in _OF_LETTERBOXD else due
        entry = report.setdefault(source, {"due": 0, "asked": 0})
        refused = _kept_back(source, settings, report)
        if refused:
            entry["refused"], asked = refused, 0
        entry["due"] += due
        entry["asked"] += asked
        note(report)
        if asked:
            for name, value in _ask(source, asked, cohort_id, run_id).items():
                entry[name] = value if name == "refused" else entry.get(name, 0) + value
    return report


def _kept_back(source: str, settings: Settings, report: Report) -> str | None:
    """Why a source is not asked at all."""
    if source in _OF_TMDB and not settings.tmdb_api_key:
        return "TMDB_API_KEY is not set"
    cheaper = [name for name in ("wikidata", "search") if source == "page" and report.get(name, {}).get("asked")]
    unheard = next((name for name in cheaper if "refused" in report[name]), None)
    return f"{unheard} was not heard: {report[unheard]['refused']}" if unheard else None


def _ask(source: str, films: int, cohort_id: int | None, run_id: int) -> dict:
    arguments: dict[str, str | int] = {"due": films, "run": run_id}
    if cohort_id is not None:
        arguments["cohort"] = cohort_id
    try:
        done = crawl(SPIDERS[source], arguments, echo=True)
    except CrawlRefused as refusal:
        return {"refused": str(refusal)}
    except CrawlPaused as pause:
        if source in _OF_LETTERBOXD:
            raise
        return {"refused": str(pause)}
    return {"requests": done.requests, "failed": len(done.errors)}
