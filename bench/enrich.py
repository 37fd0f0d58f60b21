"""What it costs to know every film of a cohort: requests to each host, beside asking every page of every film."""

import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from bench.data import write_catalogue
from fixtures.backlot.model import Dataset
from fixtures.backlot.testing import RunningBacklot, running
from jobs.enriching import enrich
from schema.store import films, members, reactions, runs
from schema.store.films import Identity
from schema.store.reactions import Reaction
from schema.store.syncs import ENRICH_PARTS

COVERAGES = (0.5, 0.7, 0.9, 0.99)
FULL = 0.9  # where everything is asked for; elsewhere only identities are
NAIVE = 4  # requests a film: film page, film JSON, histogram, TMDB
MOST_OF_LETTERBOXD = 0.02  # of the naive count, for identities at coverage FULL
LEAST_KNOWN = 0.99
_HISTOGRAMS = 500
_AT_THE_CAP = 600  # titles: fifteen seconds at forty a second


def run(engine: Engine, *, num_films: int = 35_000, num_members: int = 100) -> dict:
    """Requests by host and source at each coverage of the Wikidata map, and how fast TMDB's records are taken in."""
    found: dict = {"films": num_films, "members": num_members, "naive_requests": NAIVE * num_films, "coverage": {}}
    with tempfile.TemporaryDirectory() as folder:
        write_catalogue(Path(folder), films=num_films)
        for coverage in COVERAGES:
            with running(Path(folder), weight="light", coverage=coverage) as backlot, _asking(backlot):
                _fill(engine, backlot.dataset, num_members)
                sources = [source for part in ENRICH_PARTS for source in part["sources"]]
                if coverage != FULL:
                    sources = ["catalogue", "wikidata", "search", "page"]
                found["coverage"][f"{coverage:.0%}"] = _measured(engine, backlot.dataset, sources)
                if coverage == FULL:
                    again = [source for source in sources if source != "histogram"]  # they go on with the next 500
                    found["second_run_requests"] = _requests(_run(engine, again)[1])
                    found["films_a_second_at_the_cap"] = _at_the_cap(engine)
    found["peak_memory_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    full = found["coverage"][f"{FULL:.0%}"]
    found["ok"] = (
        all(each["known"] >= LEAST_KNOWN and not each["wrong"] for each in found["coverage"].values())
        and full["letterboxd_for_identity_share"] <= MOST_OF_LETTERBOXD
        and found["second_run_requests"] == 0
    )
    return found


def _measured(engine: Engine, dataset: Dataset, sources: list[str]) -> dict:
    seconds, ledger = _run(engine, sources)
    pages = ledger.get("film", 0)
    with engine.connect() as connection:
        known, wrong = _judged(connection, dataset)
    measured = {
        "requests": ledger,
        "letterboxd_for_identity_share": round(pages / (NAIVE * len(dataset.films)), 4),
        "of_naive": round(_requests(ledger) / (NAIVE * len(dataset.films)), 3),
        "known": round(known / len(dataset.films), 4),
        "wrong": wrong,
        "seconds": {source: round(value, 1) for source, value in seconds.items()},
    }
    if "tmdb" in ledger:
        measured["tmdb_films_a_second"] = round(ledger["tmdb"] / seconds["tmdb"], 1)
    return measured


def _run(engine: Engine, sources: list[str]) -> tuple[dict[str, float], dict[str, int]]:
    """Seconds by source, the spider's start included, and requests by spider."""
    with engine.begin() as connection:
        run_id = runs.open_run(connection, "crawl")
    seconds: dict[str, float] = {}
    for source in sources:
        began = time.perf_counter()
        enrich([source], run_id, budget=_HISTOGRAMS if source == "histogram" else None)
        seconds[source] = seconds.get(source, 0) + time.perf_counter() - began
    with engine.begin() as connection:
        runs.finish(connection, run_id, "succeeded")
        rows = connection.execute(
            text(
                "SELECT kind, sum(requests) FROM crawl_requests WHERE run_id = :run AND kind <> 'robots' GROUP BY kind"
            ),
            {"run": run_id},
        )
        return seconds, {kind: int(requests) for kind, requests in rows}


def _requests(ledger: dict[str, int]) -> int:
    return sum(ledger.values())


def _judged(connection: Connection, dataset: Dataset) -> tuple[int, int]:
    """How many films have an identity or are known to have none, and how many of those are wrong."""
    truth = {film.slug: (film.type, film.tmdb_id) if film.tmdb_id else (None, None) for film in dataset.films}
    rows = connection.execute(
        text(
            "SELECT f.slug, f.tmdb_type, f.tmdb_id FROM films f JOIN film_metadata_sync q ON q.film_id = f.id"
            " WHERE q.kind = 'identity' AND q.status IN ('fetched', 'absent')"
        )
    ).all()
    return len(rows), sum((kind, number) != truth[slug] for slug, kind, number in rows)


def _at_the_cap(engine: Engine) -> float:
    """Films a second when TMDB is asked at its limit of forty, measured from the first answer to the last."""
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second' WHERE (type, id) IN"
                f" (SELECT type, id FROM tmdb_payloads ORDER BY type, id LIMIT {_AT_THE_CAP})"
            )
        )
    os.environ["ALMANAC_CRAWL_DELAY"] = "0.01"
    with engine.begin() as connection:
        run_id = runs.open_run(connection, "crawl")
    enrich(["tmdb"], run_id)
    os.environ["ALMANAC_CRAWL_DELAY"] = "0"
    with engine.connect() as connection:
        seconds = connection.execute(
            text(
                "SELECT extract(epoch FROM max(fetched_at) - min(fetched_at)) FROM"
                f" (SELECT fetched_at FROM tmdb_payloads ORDER BY fetched_at DESC LIMIT {_AT_THE_CAP}) latest"
            )
        ).scalar_one()
    return round(_AT_THE_CAP / float(seconds), 1)


@contextmanager
def _asking(backlot: RunningBacklot) -> Iterator[None]:
    changed = {
        **backlot.environment,
        "ALMANAC_ENRICH_BUDGET": "999999",
    }
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _fill(engine: Engine, dataset: Dataset, num_members: int) -> None:
    """Members who between them have watched every film, as a crawl would have left them."""
    draw = random.Random(7)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE films, members, tmdb_payloads, people, ratings CASCADE"))
        ids = films.resolve(
            connection, [Identity(film.slug, film.letterboxd_id, film.title, film.year) for film in dataset.films]
        )
        people = list(members.upsert(connection, {f"m{n:05d}": None for n in range(num_members)}).values())
        share = 2 * len(ids) // num_members
        first = [Reaction(people[n % num_members], film, 7) for n, film in enumerate(ids)]
        more = [Reaction(member, film, 8) for member in people for film in draw.sample(ids, share)]
        watched = {(each.member_id, each.film_id): each for each in first + more}
        reactions.upsert(
            connection, list(watched.values()), ("rating",), source="crawl", observed_at=datetime.now(UTC), record=False
        )
        connection.execute(text("ANALYZE"))
