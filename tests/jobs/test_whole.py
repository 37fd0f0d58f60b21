"""A sync with the real spiders, against the backlot: what is in the database is what the upstream says."""

import pytest

from fixtures.backlot.testing import running
from schema.store import cohorts


@pytest.fixture
def backlot(stage, monkeypatch):
    with running(weight="light") as backlot:
        monkeypatch.setenv("LETTERBOXD_BASE_URL", backlot.url)
        monkeypatch.setenv("ALMANAC_CRAWL_DELAY", "0")
        monkeypatch.delenv("PYTHONPATH")  # the installed Scrapy, not its stand-in
        yield backlot


def stored(stage, member):
    rows = stage.execute(
        "SELECT f.slug, r.rating, r.liked, r.favorite FROM ratings r JOIN films f ON f.id = r.film_id"
        f" JOIN members m ON m.id = r.member_id WHERE m.username = '{member}'"
    )
    return {
        "ratings": {row.slug: row.rating for row in rows if row.rating},
        "likes": {row.slug for row in rows if row.liked},
        "favorites": {row.slug for row in rows if row.favorite},
    }


def test_killed_half_way_it_ends_with_the_upstream_in_the_database(stage, backlot):
    with stage.engine.begin() as connection:
        cohort = cohorts.create(connection, "Ada's circle", {"following": "ada"})
    run = stage.sync(cohort)
    victim = stage.worker()
    stage.wait(
        lambda: stage.execute("SELECT 1 FROM listing_pages UNION ALL SELECT 1 FROM listings WHERE kind = 'rated'")
    )
    victim.kill()
    stage.worker()
    stage.worker()
    assert stage.finished(run).status == "succeeded", stage.run(run).error
    members = stage.execute("SELECT username FROM members JOIN cohort_members ON member_id = id")
    assert len(members) >= 20
    for (member,) in members:
        truth = backlot.state(member)
        assert stored(stage, member) == {
            "ratings": truth["ratings"],
            "likes": set(truth["likes"]),
            "favorites": set(truth["favorites"]),
        }, member
    assert stage.execute("SELECT count(*) FROM listing_pages") == [(0,)]

    before = stage.execute("SELECT md5(string_agg(r::text, '|' ORDER BY member_id, film_id)) FROM ratings r")
    again = stage.sync(cohort)
    assert stage.finished(again).status == "succeeded"
    assert stage.execute("SELECT md5(string_agg(r::text, '|' ORDER BY member_id, film_id)) FROM ratings r") == before
    assert stage.execute("SELECT count(*) FROM rating_events") == [(0,)]
