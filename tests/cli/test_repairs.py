"""`almanac replay` and `almanac backfill`: a run done again, and gaps filled, in the words of `almanac sync`."""

import json

from schema.store import cohorts, runs
from schema.store.syncs import open_sync
from tests.cli.conftest import one_line, run


def test_runs_are_done_again_and_gaps_filled(almanac, command_database):
    with command_database.begin() as connection:
        cohort = cohorts.create(connection, "One", {"usernames": ["ada"]})
        first = open_sync(connection, cohort, full=True, enrich=False)
        runs.finish(connection, first, "failed", "no reason")
    done = almanac("replay", str(first), "--no-wait", "--json")
    again = json.loads(done.stdout)["id"]
    assert done.returncode == 0 and again != first and f"run {again} is queued" in done.stderr
    names = "SELECT name FROM sync_steps WHERE run_id = :run ORDER BY name"
    assert run(command_database, names, run=again) == run(command_database, names, run=first)
    # The same run, once more: nobody works on it.
    done = almanac("replay", str(first), "--no-wait", "--json")
    assert json.loads(done.stdout)["id"] == again and f"run {again} was left half-way: going on with it" in done.stderr
    run(command_database, "UPDATE sync_runs SET status = 'failed' WHERE id = :run", run=again)
    assert one_line(almanac("replay", "4711")) == "almanac: no run 4711: see `almanac runs list`"
    with command_database.begin() as connection:
        by_hand = runs.open_run(connection, "crawl")
    done = almanac("replay", str(by_hand))
    assert one_line(done).startswith(f"almanac: run {by_hand} is of no cohort: ")
    one_line(almanac("backfill", "nowhere"))

    done = almanac("backfill", "One", "--budget", "5", "--json")  # a worker of its own, and to its end
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["kind"], found["status"], found["cohort"]) == ("backfill", "succeeded", "One")
    assert {"stats: 1 of 1", "rankings: 1 of 1"} <= set(done.stderr.splitlines())
    assert not any(line.startswith(("refresh", "crawl")) for line in done.stderr.splitlines())
