"""Each fault of the backlot × each spider ends as matrix.toml declares, and docs/faults.md says the same."""

import json
import os
import subprocess
import sys

import pytest

from schema.insights.hosts import withheld
from schema.settings import REPOSITORY
from schema.store import hosts
from tests.faults.matrix import DOCUMENT, SPIDERS, declared, document
from tests.faults.subjects import Stage


@pytest.fixture(scope="module")
def crawl(backlot, database, tmp_path_factory):
    """Runs a spider to its end and gives its report; one process runs them all, since starting one takes a second."""
    folder = tmp_path_factory.mktemp("faults")
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        **backlot.environment,
        "ALMANAC_CRAWL_REPORT": str(folder / "report.json"),
    }
    with (folder / "log").open("w") as log:
        driver = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.driver"],
            cwd=REPOSITORY,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )

        def ask(spider, **arguments):
            driver.stdin.write(json.dumps([spider, arguments]) + "\n")
            driver.stdin.flush()
            return json.loads(driver.stdout.readline())

        yield ask
        driver.stdin.close()
        assert driver.wait(20) == 0


@pytest.fixture(scope="module")
def subjects(backlot, database, crawl):
    stage = Stage(backlot, database)
    for spider in ("rated", "likes", "profile", "following"):
        assert crawl(spider, username=stage.member)["errors"] == []
    return stage.subjects()


@pytest.mark.parametrize("spider", SPIDERS)
@pytest.mark.parametrize("fault", declared(), ids=lambda fault: fault.name)
def test_a_fault_ends_as_declared(fault, spider, backlot, database, crawl, subjects):
    subject = subjects[spider]
    shown, known = news(subject)
    backlot.control("faults", faults=fault.planned(subject.path))
    try:
        report = crawl(spider, **subject.arguments())
    finally:
        backlot.control("faults", faults=[])
        paused = lift_pauses(database)
    outcome = fault.outcomes[spider]
    assert (report["refused"] is not None, report["paused"] is not None) == (outcome == "refused", outcome == "paused")
    assert bool(paused) == (outcome == "paused")
    assert bool(report["errors"]) == (outcome == "named"), report
    assert subject.stored() == (shown if outcome == "complete" else known)
    if outcome in {"named", "refused", "paused"}:
        assert fault.says in str([report["refused"], report["paused"], *report["errors"]])


@pytest.mark.parametrize("spider", SPIDERS)
def test_afterwards_all_is_well(spider, crawl, subjects):
    subject = subjects[spider]
    shown, _ = news(subject)
    assert crawl(spider, **subject.arguments())["errors"] == []
    assert subject.stored() == shown


def test_the_table_in_the_docs_is_the_declared_one():
    text = DOCUMENT.read_text()
    assert text == document(text), "write it anew: python -m tests.faults.matrix"


def news(subject):
    """What the upstream shows and the database does not hold yet, and what it holds."""
    subject.change()
    while subject.shown() == subject.stored():
        subject.change()
    return subject.shown(), subject.stored()


def lift_pauses(database):
    with database.begin() as connection:
        found = [row.host for row in withheld(connection) if row.paused_at]
        for host in found:
            hosts.resume(connection, host)
        return found
