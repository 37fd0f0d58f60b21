"""The cap by itself: who may leave when, in Redis and without."""

import asyncio
import time

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


def test_a_host_asked_often_lets_one_make_up_for_a_late_one_and_keeps_below_its_second(environment, request):
    async def ask():
        cap, host = Cap(Settings.from_environment(environment)), request.node.name
        left: list[float] = []
        while not left or time.monotonic() - left[0] < 1:
            wait = await cap.wait(host, 1 / 40)
            if wait == 0:
                left.append(time.monotonic())
            await asyncio.sleep(wait)
        return left

    left = asyncio.run(ask())
    assert left[1] - left[0] < 1 / 40 < left[3] - left[1]
    assert len([each for each in left if each < left[0] + 1]) <= 40


def test_while_redis_is_away_it_is_too_early_and_said_once(caplog):
    async def ask():
        cap = Cap(Settings.from_environment({"REDIS_URL": "redis://127.0.0.1:1/0"}))
        return [await cap.wait("host", 1) for _ in range(3)]

    assert asyncio.run(ask()) == [1.0, 1.0, 1.0]
    assert caplog.text.count("Redis does not answer") == 1
