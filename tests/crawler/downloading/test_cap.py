"""The cap by itself: who may leave when, in Redis and without."""

import asyncio

import pytest

from crawler.downloading.cap import Cap
from schema.settings import Settings


@pytest.fixture(params=["redis", "memory"])
def environment(request, redis_url, tmp_path):
    return {"REDIS_URL": redis_url} if request.param == "redis" else {"ALMANAC_HOME": str(tmp_path)}


def test_one_leaves_and_the_next_is_told_for_how_long_it_is_too_early(environment, request):
    async def ask():
        cap, host = Cap(Settings.from_environment(environment)), request.node.name
        first = await cap.wait(host, 0.3)
        second = await cap.wait(host, 0.3)
        other = await cap.wait(f"{host}.other", 0.3)
        await asyncio.sleep(second)
        return first, second, other, await cap.wait(host, 0.3), await cap.wait(host, 5)

    first, second, other, again, slower = asyncio.run(ask())
    assert first == other == again == 0
    assert 0.25 < second <= 0.34
    assert 0 < slower <= 0.34  # the wait is what the request before it has earned, whatever the next one wants


def test_while_redis_is_away_it_is_too_early_and_said_once(caplog):
    async def ask():
        cap = Cap(Settings.from_environment({"REDIS_URL": "redis://127.0.0.1:1/0"}))
        return [await cap.wait("host", 1) for _ in range(3)]

    assert asyncio.run(ask()) == [1.0, 1.0, 1.0]
    assert caplog.text.count("Redis does not answer") == 1
