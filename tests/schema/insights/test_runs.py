"""What is said of a run while it lasts, and afterwards."""

from datetime import UTC, datetime, timedelta

from schema.insights import runs as looking
from schema.store import cohorts, films, listings, members, metadata, reactions, runs, steps
from schema.store.films import Identity
from schema.store.reactions import Reaction
from schema.store.syncs import CHAIN, open_sync


def test_progress_counts_listings_and_films(connection):
    people = members.upsert(connection, {"ada": None, "bea": None})
    (film, other) = films.resolve(connection, [Identity("a", 1, "A", 2000), Identity("b", 2, "B", 2000)])
    cohort = cohorts.create(connection, "circle", {"usernames": ["ada", "bea"]})
    cohorts.set_members(connection, cohort, people.values())
    now = datetime.now(UTC)
    reactions.upsert(
        connection,
        [Reaction(people["ada"], film, 8), Reaction(people["ada"], other, 6)],
        ["rating"],
        source="crawl",
        observed_at=now,
    )
    run = open_sync(connection, cohort)
    steps.plan(connection, run, "crawl", [{"kind": "rated", "usernames": ["ada", "bea"]}])
    steps.start(connection, run, "crawl", 0, 1)
    listings.record(connection, run, people["ada"], "rated", observed_at=now, found=2)
    step = steps.start(connection, run, "enrich", 1, 1)
    steps.note(connection, step, {"histogram": {"due": 2, "asked": 2}})
    metadata.settle(connection, [film], "histogram", again_at=now + timedelta(days=7))

    row = looking.by_id(connection, run)
    assert (row.cohort, row.kind, row.status, row.over) == ("circle", "delta", "running", False)
    found = looking.progress(connection, row)
    assert [each.name for each in found] == list(CHAIN)
    assert {each.name: (each.status, each.done, each.total) for each in found} == {
        "refresh": ("pending", 0, 1),
        "crawl": ("running", 1, 2),
        "enrich": ("running", 1, 2),
        "stats": ("pending", 0, 1),
        "rankings": ("pending", 0, 1),
    }


def test_runs_are_found_newest_first(connection):
    cohort = cohorts.create(connection, "circle", {"usernames": ["ada"]})
    first, crawl, second = open_sync(connection, cohort), runs.open_run(connection, "crawl"), None
    runs.finish(connection, first, "failed", "why not")
    second = open_sync(connection, cohort)
    assert [row.id for row in looking.recent(connection, 2)] == [second, crawl]
    latest, earlier = looking.recent(connection, 10, cohort)
    assert (latest.id, earlier.id, earlier.error, earlier.over) == (second, first, "why not", True)
    assert looking.by_id(connection, 4_711_000) is None
