"""What it costs to know every film of a cohort: requests to each host, beside asking every page of every film."""

import os
import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, text

from bench.data import write_catalogue
from bench.memory import spiders_watched
from fixtures.backlot.model import Dataset
from fixtures.backlot.testing import RunningBacklot, running
from jobs.enriching import enrich
from schema.store import films, members, reactions, runs
from schema.store.films import Identity
from schema.store.reactions import Reaction

FULL = 0.9  # of the films are in Wikidata's map
CURVE = (0.5, 0.7, 0.9, 0.99)
CONFLICTS = 0.01  # of them it gives two titles for
NAIVE = {"letterboxd": 3, "wikidata": 0, "tmdb": 1}  # requests a film: film page, film JSON, histogram; TMDB
MOST_OF_LETTERBOXD = 0.02  # of the naive count, for identities at coverage FULL
LEAST_KNOWN = 0.99
LEAST_OF_THE_CAP = 0.95
MOST_MEMORY_MB = 300
_IDENTIFYING = ["catalogue", "wikidata", "tmdb", "search", "page", "tmdb"]
_HISTOGRAMS = 500
_CAP = 40  # a second
_AT_THE_CAP = 600  # titles: fifteen seconds of that
_HOSTS = {"film": "letterboxd", "histogram": "letterboxd", "tmdb": "tmdb", "tmdb_search": "tmdb"}

Ledger = dict[tuple[str, str], int]  # requests by spider and outcome


def run(engine: Engine, *, num_films: int = 35_000, num_members: int = 100, curve_films: int = 10_000) -> dict:
    """Requests by host beside the naive count, once, again and after expiry; how fast TMDB's records are taken in,
    in how much memory; and, for `curve_films` films, what identities cost by how much Wikidata knows."""
    with spiders_watched() as peaks:
        found = _everything(engine, num_films, num_members)
        found["curve"] = [_on_the_curve(engine, curve_films, num_members, coverage) for coverage in CURVE]
    found["peak_memory_mb"] = peaks
    found["ok"] = (
        found["known"] >= LEAST_KNOWN
        and found["wrong"] == 0
        and found["letterboxd_for_identity"] <= MOST_OF_LETTERBOXD
        and found["second_run_asks_nothing"]
        and found["after_expiry_all_is_304"]
        and found["films_a_second_at_the_cap"] >= LEAST_OF_THE_CAP * _CAP
        and all(row["known"] >= LEAST_KNOWN and not row["wrong"] for row in found["curve"])
        and all(peak <= MOST_MEMORY_MB for peak in peaks.values())
    )
    return found


def _everything(engine: Engine, num_films: int, num_members: int) -> dict:
    with _world(engine, num_films, num_members, FULL) as dataset:
        seconds, once = _run(engine, [*_IDENTIFYING, "histogram"])
        known, wrong = _judged(engine, dataset)
        _, again = _run(engine, _IDENTIFYING)  # histograms would go on with the next of the budget
        _expire(engine)
        _, expired = _run(engine, _IDENTIFYING)
        at_the_cap = _at_the_cap(engine)
    naive = {host: requests * num_films for host, requests in NAIVE.items()}
    titles = _num(once, "tmdb")
    return {
        "films": num_films,
        "members": num_members,
        "requests": [
            {"requests": "every page of every film", **naive, "all": sum(naive.values())},
            _row("one run, Wikidata knows 90 %", once),
            _row("a second run", again),
            _row("after all has expired", expired),
        ],
        "known": round(known / num_films, 4),
        "wrong": wrong,
        "letterboxd_for_identity": round(_num(once, "film") / sum(naive.values()), 4),
        "second_run_asks_nothing": not again,
        "after_expiry_all_is_304": set(expired) == {("tmdb", "304")},
        "seconds": {source: round(value, 1) for source, value in seconds.items()},
        "films_a_second": round(titles / seconds["tmdb"], 1),
        "films_a_second_at_the_cap": at_the_cap,
    }


def _on_the_curve(engine: Engine, num_films: int, num_members: int, coverage: float) -> dict:
    with _world(engine, num_films, num_members, coverage) as dataset:
        seconds, ledger = _run(engine, _IDENTIFYING)
        known, wrong = _judged(engine, dataset)
    return {
        "wikidata knows": f"{coverage:.0%}",
        "films": num_films,
        "wikidata": _num(ledger, "wikidata"),
        "tmdb search": _num(ledger, "tmdb_search"),
        "tmdb": _num(ledger, "tmdb"),
        "film pages": _num(ledger, "film"),
        "of naive": f"{_num(ledger, 'film') / (sum(NAIVE.values()) * num_films):.2%}",
        "known": round(known / num_films, 4),
        "wrong": wrong,
        "seconds": round(sum(seconds.values())),
    }


@contextmanager
def _world(engine: Engine, num_films: int, num_members: int, coverage: float) -> Iterator[Dataset]:
    """A backlot of so many films, all of them watched here and none of them known."""
    with tempfile.TemporaryDirectory() as folder:
        write_catalogue(Path(folder), films=num_films)
        with (
            running(Path(folder), weight="light", coverage=coverage, conflicts=CONFLICTS) as backlot,
            _asking(backlot),
        ):
            _fill(engine, backlot.dataset, num_members)
            yield backlot.dataset


def _run(engine: Engine, sources: list[str]) -> tuple[dict[str, float], Ledger]:
    """Seconds by source, the spider's start included, and what was asked."""
    run_id = _opened(engine)
    seconds: dict[str, float] = {}
    for source in sources:
        began = time.perf_counter()
        enrich([source], run_id, budget=_HISTOGRAMS if source == "histogram" else None)
        seconds[source] = seconds.get(source, 0) + time.perf_counter() - began
    with engine.begin() as connection:
        runs.finish(connection, run_id, "succeeded")
        rows = connection.execute(
            text(
                "SELECT kind, outcome, sum(requests) FROM crawl_requests"
                " WHERE run_id = :run AND kind <> 'robots' GROUP BY kind, outcome"
            ),
            {"run": run_id},
        )
        return seconds, {(kind, outcome): int(requests) for kind, outcome, requests in rows}


def _opened(engine: Engine) -> int:
    with engine.begin() as connection:
        return runs.open_run(connection, "crawl")


def _num(ledger: Ledger, spider: str) -> int:
    return sum(requests for (kind, _), requests in ledger.items() if kind == spider)


def _row(what: str, ledger: Ledger) -> dict[str, str | int]:
    by_host = dict.fromkeys(NAIVE, 0)
    for (kind, _), requests in ledger.items():
        by_host[_HOSTS.get(kind, kind)] += requests
    return {"requests": what, **by_host, "all": sum(by_host.values())}


def _judged(engine: Engine, dataset: Dataset) -> tuple[int, int]:
    """How many films have an identity or are known to have none, and how many of those are wrong."""
    truth = {film.slug: (film.type, film.tmdb_id) if film.tmdb_id else (None, None) for film in dataset.films}
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.slug, f.tmdb_type, f.tmdb_id FROM films f JOIN film_metadata_sync q ON q.film_id = f.id"
                " WHERE q.kind = 'identity' AND q.status IN ('fetched', 'absent')"
            )
        ).all()
    return len(rows), sum((kind, number) != truth[slug] for slug, kind, number in rows)


def _expire(engine: Engine, titles: int | None = None) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second' WHERE (type, id) IN"
                " (SELECT type, id FROM tmdb_payloads ORDER BY type, id LIMIT :titles)"
            ),
            {"titles": titles},
        )


def _at_the_cap(engine: Engine) -> float:
    """Films a second when TMDB is asked at its limit of forty, measured from the first answer to the last."""
    _expire(engine, _AT_THE_CAP)
    os.environ["ALMANAC_CRAWL_DELAY"] = "0.01"
    enrich(["tmdb"], _opened(engine))
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
    changed = {**backlot.environment, "ALMANAC_ENRICH_BUDGET": "999999"}
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
