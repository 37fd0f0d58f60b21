"""`almanac enrich`: completes films from the cheapest source that knows, and shows what is still open."""

from dataclasses import asdict
from itertools import chain

import click

from cli.cohort import find
from cli.output import json_option, print_json, print_rows, progress, say
from cli.ready import ready
from crawler.rederiving import rederive
from jobs.enriching import Report
from jobs.enriching import enrich as ask
from jobs.failures import CrawlPaused
from schema.engine import engine
from schema.insights.enrichment import still_open
from schema.store import metadata, runs
from schema.store.syncs import ENRICH_PARTS

_KINDS = ("identity", "tmdb", "histogram")
_HEADINGS = {
    "kind": "Missing",
    "title": "Film",
    "year": "Year",
    "watchers": "Watchers",
    "status": "Status",
    "attempts": "Attempts",
    "next_attempt_at": "Next attempt",
    "why": "Why",
}


@click.command()
@click.argument("cohort", required=False)
@click.option("--budget", type=click.IntRange(0), metavar="N", help="Requests Letterboxd gets for each of two kinds.")
@click.option("--offline", is_flag=True, help="Ask nobody: derive films again from TMDB's stored answers.")
@click.option("--queue", is_flag=True, help="Ask nobody: show what could not be completed, and why.")
@click.option("--retry", type=click.Choice(_KINDS), help="Make what failed due now, before anything else.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000), help="Rows of --queue.")
@json_option
def enrich(
    cohort: str | None, budget: int | None, offline: bool, queue: bool, retry: str | None, limit: int, as_json: bool
) -> None:
    """Complete the films that COHORT watched (its label or id), or all: identities, TMDB's facts, histograms.

    Cheapest source first: the catalogue, Wikidata, TMDB's search, and only then the film page. Film pages and
    histograms are asked for most-watched films first, --budget of each (ALMANAC_ENRICH_BUDGET when not given).

    Example: almanac enrich --budget 200
    """
    with ready(redis=False):
        if retry:
            with engine().begin() as connection:
                say(f"{metadata.retry(connection, retry)} {retry} entries are due again")
        if queue:
            _show_queue(limit, as_json=as_json)
        elif offline:
            _rederive(as_json=as_json)
        else:
            _enrich(find(cohort).id if cohort else None, budget, as_json=as_json)


def _enrich(cohort_id: int | None, budget: int | None, *, as_json: bool) -> None:
    with engine().begin() as connection:
        run_id = runs.open_run(connection, "crawl")
    status, error = "failed", "stopped half-way"
    try:
        sources = chain.from_iterable(part["sources"] for part in ENRICH_PARTS)
        report = ask(sources, run_id, cohort_id=cohort_id, budget=budget)
        status, error = "succeeded", None
    except Exception as failure:
        status, error = "paused" if isinstance(failure, CrawlPaused) else "failed", str(failure)
        raise
    finally:
        with engine().begin() as connection:
            runs.finish(connection, run_id, status, error)
    _tell(run_id, report, as_json=as_json)


def _tell(run_id: int, report: Report, *, as_json: bool) -> None:
    if as_json:
        print_json({"run": run_id, "sources": report})
        return
    rows = [{"source": source, "requests": 0, "failed": 0, "refused": None} | entry for source, entry in report.items()]
    headings = {
        "source": "Asked",
        "due": "Films due",
        "asked": "Films asked for",
        "requests": "Requests",
        "failed": "Failed",
        "refused": "Why not",
    }
    print_rows(rows, headings)


def _rederive(*, as_json: bool) -> None:
    with progress() as update:
        done, unreadable = rederive(engine(), lambda count: update("answers", count))
    if as_json:
        print_json({"answers": done, "unreadable": unreadable})
    say(f"derived from {done} of TMDB's answers; {len(unreadable)} could not be read")
    if unreadable:
        raise click.ClickException(unreadable[0])


def _show_queue(limit: int, *, as_json: bool) -> None:
    with engine().connect() as connection:
        found = still_open(connection, limit)
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    rows = []
    for entry in found:
        proposed = [f"{each['tmdb']} by {each['source']}: {each['why']}" for each in entry.candidates]
        why = "; ".join(filter(None, [entry.reason, *proposed])) or f"nothing known to {', '.join(entry.asked)}"
        rows.append({**asdict(entry), "next_attempt_at": f"{entry.next_attempt_at:%Y-%m-%d %H:%M} UTC", "why": why})
    print_rows(rows, _HEADINGS)
