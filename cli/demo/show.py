"""The demo's course: servers, backlot, workers, a cohort, its sync, a table, an export, and an API to play with."""

import io
import os
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
from sqlalchemy import text

from cli import services
from cli.bringing import into
from cli.children import Children
from cli.demo.database import demo_database
from cli.demo.table import print_table, query, top_films
from cli.output import say
from cli.progress import follow
from cli.ready import check_version, told
from crawler.imports import import_export
from jobs import chain
from jobs.gathering import members_now
from schema.engine import engine
from schema.insights import cohort_details
from schema.settings import Settings
from schema.store import cohorts, runs
from schema.store.runs import RunInProgress
from schema.store.syncs import open_sync

LABEL = "Ada's circle"
_VIEWER = "ada"
_WORKERS = 2
_START_SECONDS = 60.0
_PORT = 8000


def show(*, once: bool, port: int | None) -> None:
    """Runs the demo, its API on `port` (None: 8000 or the next free one), and with `once` ends after the table."""
    log = Settings.from_environment().home_path / "log" / "demo.log"
    if not Settings.from_environment().database_url:
        say("starting PostgreSQL and Redis …")
    with services.running() as urls, told():
        os.environ.update(urls, DATABASE_URL=demo_database(urls["DATABASE_URL"]))
        check_version(upgrade=True)
        with _alone(), Children(into(log)) as children:
            address = _start(children, port)
            cohort_id = _cohort()
            say(f"bringing {LABEL!r} up to date …")
            run = follow(_open(cohort_id), children.check)
            if run.status != "succeeded":
                raise click.ClickException(f"the sync failed: {run.error} (its log: {log})")
            say(f"done in {run.seconds:.0f} s; this is what GraphQL answers:")
            print_table(top_films(address, cohort_id), LABEL)
            _take_in_export()
            if not once:
                _invite(address, cohort_id, log)
                children.watch(urls.check)


def _start(children: Children, port: int | None) -> str:
    """Starts backlot, API and workers; returns the API's address."""
    backlot = children.start("backlot", "-m", "fixtures.backlot", "--port", "0")
    upstream = backlot.wait_for("backlot listening on ", _START_SECONDS).split()[3]
    say(f"the backlot stands in for Letterboxd and TMDB at {upstream}")
    os.environ.update(
        LETTERBOXD_BASE_URL=upstream,
        TMDB_BASE_URL=f"{upstream}/tmdb-api",
        TMDB_API_KEY="demo",
        WIKIDATA_BASE_URL=f"{upstream}/wikidata",
        ALMANAC_CRAWL_DELAY="0",  # nobody is bothered: the backlot is this machine
    )
    os.environ.setdefault("ALMANAC_ENRICH_BUDGET", "300")  # TMDB is asked 40 films a second, no faster
    api = children.start("api", "-m", "cli", "api", "--port", str(_free_port() if port is None else port))
    for number in range(1, _WORKERS + 1):
        children.start(f"worker {number}", "-m", "cli", "worker")
    return api.wait_for("api listening on ", _START_SECONDS).rpartition(" ")[2]


def _take_in_export() -> None:
    """The other way in: the viewer, whom nobody has crawled, brings their account export."""
    url = f"{os.environ['LETTERBOXD_BASE_URL']}/_backlot/export/{_VIEWER}"
    with urllib.request.urlopen(url, timeout=_START_SECONDS) as answer:  # noqa: S310 - our own backlot
        name, packed = answer.headers.get_filename(), io.BytesIO(answer.read())
    found = import_export(engine(), packed, _VIEWER, name=name)
    rated = sum(film.rating is not None for film in found.export.films)
    say(f"{_VIEWER} was not crawled but brought {name}: {len(found.export.films)} films, {rated} of them rated")


@contextmanager
def _alone() -> Iterator[None]:
    """Two demos would sync one cohort, each from a backlot of its own."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(hashtextextended('demo', 0))")).scalar_one():
            raise click.ClickException("a demo is running already; stop that one first")
        yield


def _free_port() -> int:
    for port in range(_PORT, _PORT + 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    return 0


def _cohort() -> int:
    with engine().connect() as connection:
        known = cohort_details.by_name(connection, LABEL)
    if known:
        return known[0].id
    definition = {"following": _VIEWER}
    members = members_now(definition)
    with engine().begin() as connection:
        cohort_id = cohorts.create(connection, LABEL, definition)
        cohorts.set_members(connection, cohort_id, members)
    return cohort_id


def _open(cohort_id: int) -> int:
    """A new sync; one that an earlier demo left half-way asks a backlot that is gone, and ends here."""
    try:
        with engine().begin() as connection:
            run_id = open_sync(connection, cohort_id, full=True)
    except RunInProgress as left:
        with engine().begin() as connection:
            runs.finish(connection, left.run_id, "failed", "the demo that opened it was stopped")
        return _open(cohort_id)
    chain.advance(run_id)
    return run_id


def _invite(address: str, cohort_id: int, log: Path) -> None:
    click.echo(f"\nGraphiQL      {address}/graphql")
    click.echo(f"RQ dashboard  {address}/ops/rq")
    click.echo(f"logs          {log}")
    click.echo(f"\nA query to paste into GraphiQL:\n\n{query(cohort_id)}\n\nCtrl-C stops everything.")
