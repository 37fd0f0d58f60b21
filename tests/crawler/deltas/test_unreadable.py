"""What cannot be read takes nothing away: a member, a profile, or a page that comes empty."""

import httpx
import pytest
from sqlalchemy import text

from tests.crawler.deltas.acts import rate, slugs, sweep


def private(path):
    return httpx.Response(403, text="<html><body class='error'><strong>This profile is private</strong></body></html>")


def gone(path):
    page = "<html><body class='error message-dark'><strong>Sorry, we can’t find the page you’ve requested.</strong>"
    return httpx.Response(404, text=page)


@pytest.mark.parametrize("answer", [private, gone, lambda path: httpx.Response(503, text="later")])
def test_a_failed_profile_takes_no_favourite_away(walk, answer):
    rate(walk, 0, 1)
    walk.change("favorite", member="ada", slugs=slugs(walk)[:2])
    sweep(walk)
    (failed,) = walk.crawl("profile", "ada", answer=answer)
    assert failed.username == "ada"
    assert walk.stored("ada") == walk.shown("ada")


@pytest.mark.parametrize("answer", [private, gone])
def test_one_unreadable_member_stops_nobody(walk, answer):
    rate(walk, *range(8))
    rate(walk, *range(8), member="bea")
    failed = walk.crawl("rated", "ada", "bea", answer=lambda path: answer(path) if path.startswith("/ada/") else None)
    assert [each.username for each in failed] == ["ada"]
    assert walk.stored("bea") == walk.shown("bea")
    assert walk.stored("ada") == {}


def follows(walk):
    with walk.engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM follows")).scalar()


def test_an_empty_following_page_empties_no_circle_by_itself(walk):
    nobody = walk.ask("/ada/following/")
    walk.change("follow", member="ada", followee="bea")
    walk.crawl("following", "ada")
    assert follows(walk) == 1
    failed = walk.crawl("following", "ada", answer=lambda path: nobody if path == "/ada/following/" else None)
    assert [each.reason for each in failed] == ["an empty page, while the profile counts 1; what was known stays"]
    assert follows(walk) == 1
    walk.change("unfollow", member="ada", followee="bea")
    assert walk.crawl("following", "ada") == []
    assert follows(walk) == 0
