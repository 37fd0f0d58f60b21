"""`almanac pause` and `almanac resume`, and what `health` and `runs show` say about it."""

import json

from sqlalchemy import text

from tests.cli.conftest import one_line


def test_a_pause_ends_syncs_and_resume_has_them_go_on(almanac, backlot, command_database):
    assert almanac("cohort", "create", "One", "--usernames", "ada").returncode == 0
    assert almanac("pause", "--reason", "they have written to us").returncode == 0
    backlot.clear_log()
    stopped = almanac("sync", "One", "--no-enrich")
    assert stopped.returncode == 1
    assert "paused: crawl: " in stopped.stderr.splitlines()[-1]
    assert "they have written to us" in stopped.stderr.splitlines()[-1]
    assert backlot.log() == []
    assert "holds this cohort and is paused" in one_line(almanac("sync", "One"))
    assert "everything is paused since" in almanac("health").stdout
    (host,) = json.loads(almanac("health", "--json").stdout)["hosts"]
    assert (host["host"], host["reason"]) == ("*", "they have written to us")

    assert one_line(almanac("resume", "example.org")) == ("almanac: example.org is not paused; paused is everything")
    resumed = almanac("resume")
    assert resumed.returncode == 0, resumed.stderr
    assert "everything may be asked again; runs " in resumed.stderr
    assert almanac("worker", "--burst").returncode == 0
    with command_database.connect() as connection:
        run, status = connection.execute(text("SELECT id, status FROM sync_runs WHERE cohort_id IS NOT NULL")).one()
    shown = almanac("runs", "show", str(run)).stdout
    assert status == "succeeded", shown
    assert f"{len(backlot.log())} requests: {len(backlot.log()):.1f} per member, " in shown
    assert "per thousand ratings" in shown
