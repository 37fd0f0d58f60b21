"""Feeds are read when they are due, and nothing is started when none is."""

from datetime import UTC, datetime, timedelta

from jobs import feeds
from schema.store import consents, members
from schema.store import feeds as stored


def test_a_spider_is_started_only_for_feeds_that_are_due(stage):
    feeds.read()
    assert stage.crawls() == []
    with stage.engine.begin() as connection:
        member = members.upsert(connection, {"ada": None})["ada"]
        consents.give(connection, member, "rss")
    feeds.read()
    assert [spider for _, _, spider, _ in stage.crawls("end")] == ["rss"]
    with stage.engine.begin() as connection:
        stored.claim(connection, None, datetime.now(UTC), timedelta(hours=1))
    feeds.read()
    assert len(stage.crawls()) == 1
