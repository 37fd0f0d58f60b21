"""What runs cost is counted when they end, and a run far above the norm raises an alert."""

import pytest
from sqlalchemy import text

from schema.insights import runs as looking
from schema.insights.hosts import alerts
from schema.store import cohorts, costs, members, runs


@pytest.fixture
def cohort(connection):
    return cohorts.create(connection, "circle", {"usernames": ["ada", "bea"]})


def ended(connection, cohort, requests, kind="delta", status="succeeded", members_read=("ada", "bea")):
    """A run of `cohort` about some members, which made so many requests and has ended."""
    run = runs.open_run(connection, kind, cohort)
    for member in members.upsert(connection, dict.fromkeys(members_read)).values():
        connection.execute(
            text(
                "INSERT INTO listings (member_id, kind, run_id) VALUES (:member, 'rated', :run)"
                " ON CONFLICT (member_id, kind) DO UPDATE SET run_id = excluded.run_id"
            ),
            {"member": member, "run": run},
        )
    connection.execute(
        text("INSERT INTO crawl_requests VALUES (now(), 'upstream.test', 'rated', '200', :run, :n, 100)"),
        {"run": run, "n": requests},
    )
    runs.finish(connection, run, status)
    return run


def test_what_a_run_cost_is_written_down_and_stays(connection, cohort):
    run = ended(connection, cohort, 30)
    found = members.upsert(connection, dict.fromkeys(["ada"]))
    film = connection.execute(text("INSERT INTO films (title) VALUES ('Cure') RETURNING id")).scalar()
    connection.execute(
        text(
            "INSERT INTO ratings (member_id, film_id, rating, source, observed_at) VALUES (:m, :f, 9, 'crawl', now())"
        ),
        {"m": found["ada"], "f": film},
    )
    assert looking.by_id(connection, run).requests_per_thousand_ratings is None
    later = ended(connection, cohort, 40)
    rows = [looking.by_id(connection, each) for each in (run, later)]
    assert [(row.requests, row.members, row.requests_per_member) for row in rows] == [(30, 2, 15.0), (40, 2, 20.0)]
    assert rows[1].requests_per_thousand_ratings == 40_000


@pytest.mark.parametrize(("requests", "alarming"), [(100, False), (101, True)])
@pytest.mark.parametrize("status", ["succeeded", "failed", "paused"])
def test_more_than_twice_the_norm_alerts(connection, cohort, requests, alarming, status):
    for usual in (40, 50, 60, 9000):  # the median does not mind one outlier …
        ended(connection, cohort, usual, status="succeeded" if usual < 9000 else "failed")  # … nor one that failed
    run = ended(connection, cohort, requests, status=status)
    raised = alerts(connection, run_id=run)
    assert bool(raised) == alarming
    if alarming:
        assert raised[0].message == (
            "50.5 requests a member; the norm is 25.0, the median of the last 3 runs of this kind"
        )
        costs.settle(connection, run)
        assert len(alerts(connection, run_id=run)) == 1


def test_there_is_no_norm_before_three_runs_nor_of_another_kind_nor_for_a_few_requests(connection, cohort):
    for _ in range(2):
        ended(connection, cohort, 10)
    for _ in range(3):
        ended(connection, cohort, 4, kind="full")
    assert not alerts(connection, run_id=ended(connection, cohort, 500))
    assert not alerts(connection, run_id=ended(connection, cohort, 13, kind="full"))
    grown = ended(connection, cohort, 60, kind="full", members_read=[f"m{n}" for n in range(30)])
    assert not alerts(connection, run_id=grown)
