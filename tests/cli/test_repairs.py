"""`almanac replay` and `almanac backfill`: a run done again, and gaps filled, in the words of `almanac sync`."""

import json

import pytest

from cli.main import main
from schema.store import cohorts, runs
from schema.store.syncs import open_sync
from tests.cli.conftest import run


@pytest.fixture
def here(environment, monkeypatch, capsys):
    """Runs one command in this process: its exit code, stdout and stderr."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def command(*arguments):
        code = main(arguments)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def test_runs_are_done_again_and_gaps_filled(here, command_database):
    with command_database.begin() as connection:
        cohort = cohorts.create(connection, "One", {"usernames": ["ada"]})
        first = open_sync(connection, cohort, full=True, enrich=False)
        runs.finish(connection, first, "failed", "no reason")
    code, out, said = here("replay", str(first), "--no-wait", "--json")
    again = json.loads(out)["id"]
    assert code == 0 and again != first and f"run {again} is queued" in said
    names = "SELECT name FROM sync_steps WHERE run_id = :run ORDER BY name"
    assert run(command_database, names, run=again) == run(command_database, names, run=first)
    # The same run, once more: nobody works on it.
    code, out, said = here("replay", str(first), "--no-wait", "--json")
    assert json.loads(out)["id"] == again and f"run {again} was left half-way: going on with it" in said
    run(command_database, "UPDATE sync_runs SET status = 'failed' WHERE id = :run", run=again)
    assert here("replay", "4711") == (1, "", "almanac: no run 4711: see `almanac runs list`\n")
    with command_database.begin() as connection:
        by_hand = runs.open_run(connection, "crawl")
    code, out, said = here("replay", str(by_hand))
    assert (code, out) == (1, "") and said.startswith(f"almanac: run {by_hand} is of no cohort: ")
    assert here("backfill", "nowhere")[0] == 1

    code, out, said = here("backfill", "One", "--budget", "5", "--json")  # a worker of its own, and to its end
    assert code == 0, said
    found = json.loads(out)
    assert (found["kind"], found["status"], found["cohort"]) == ("backfill", "succeeded", "One")
    assert {"stats: 1 of 1", "rankings: 1 of 1"} <= set(said.splitlines())
    assert not any(line.startswith(("refresh", "crawl")) for line in said.splitlines())
