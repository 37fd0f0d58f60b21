"""A spider's process is started, watched and stopped, and its report is the truth about it."""

import os
import time

import pytest

from jobs import child, stopping
from jobs.failures import CrawlFailed, CrawlInterrupted, CrawlRefused
from jobs.process import crawl
from schema.store import runs


@pytest.fixture
def run(stage):
    with stage.engine.begin() as connection:
        return runs.open_run(connection, "crawl")


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_finished_crawl_reports(stage, run):
    report = crawl("rated", {"usernames": "bea,ghost", "run": run})
    assert (report.spider, report.reason, report.requests, report.items) == ("rated", "finished", 2, 1)
    assert report.unread("rated") == {"ghost": "missing page at /ghost/: 404"}
    assert report.unread("likes") == {}
    ((_, _, spider, given),) = stage.crawls()
    assert (spider, given) == ("rated", {"usernames": "bea,ghost", "run": str(run)})


def test_a_refusal_says_why(run, stage):
    with pytest.raises(CrawlRefused, match="go away"):
        crawl("rated", {"usernames": "refuse", "run": run})


def test_no_report_is_a_failure_in_the_process_own_words(run, stage):
    with pytest.raises(CrawlFailed, match="spider rated ended with code 1 and without a report: out of words"):
        crawl("rated", {"usernames": "mute", "run": run})
    with pytest.raises(CrawlFailed, match="spider rated was killed by signal 9"):
        crawl("rated", {"usernames": "crash", "run": run})


def test_out_of_time_it_is_asked_to_stop_and_what_it_read_counts(stage, run, monkeypatch):
    monkeypatch.setenv("STANDIN_SECONDS", "0.4")
    with pytest.raises(CrawlInterrupted):
        crawl("rated", {"usernames": ",".join(f"m{n}" for n in range(50)), "run": run}, seconds=2)
    assert len(stage.crawls("end")) == 1


def test_one_that_does_not_listen_is_killed(stage, run, monkeypatch):
    monkeypatch.setattr(child, "GRACE_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(CrawlFailed, match="killed by signal 9"):
        crawl("rated", {"usernames": "deaf", "run": run}, seconds=2)
    assert time.monotonic() - began < 10
    ((_, pid, _, _),) = stage.crawls()
    assert not alive(pid)


def test_a_stopping_worker_interrupts_it(stage, run, monkeypatch):
    monkeypatch.setattr(stopping, "_asked", True)
    with pytest.raises(CrawlInterrupted):
        crawl("rated", {"usernames": "bea", "run": run})


@pytest.mark.parametrize(
    ("spider", "arguments"),
    [
        ("rated; rm", {}),
        ("-h", {}),
        ("rated", {"usernames": "a b"}),
        ("rated", {"usernames": ""}),
        ("rated", {"usernames": "a\nb"}),
        ("rated", {"user-names": "a"}),
        ("rated", {"usernames=x": "a"}),
    ],
)
def test_arguments_are_checked_before_anything_is_started(spider, arguments, stage):
    with pytest.raises(ValueError, match="spider"):
        crawl(spider, arguments)
    assert not stage.crawls()
