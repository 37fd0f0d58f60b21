"""How often one may ask: shared through Redis, and still bounded without it."""

import asyncio

import httpx
import pytest
from redis import Redis

from api import patience, rate_limits
from api.app import create_app
from schema.settings import Settings
from tests.api.conftest import Api

QUERY = {"query": "{ __typename }"}


@pytest.fixture
def redis(redis_url):
    client = Redis.from_url(redis_url)
    client.flushall()
    return client


def limited(database, redis_url, **limits):
    return Api(database, redis_url, **{"rate_limit": "5", "anonymous_rate_limit": "3", **limits})


def times(count, sent=None):
    """Asks so often; gives the responses."""

    async def work(http):
        return [await http.post("/graphql", json=QUERY, headers=sent) for _ in range(count)]

    return work


def codes(responses):
    return [response.status_code for response in responses]


def test_an_address_without_a_key_has_a_limit_and_is_told(database, world, redis, redis_url):
    found = limited(database, redis_url).use(times(5))
    assert codes(found) == [200, 200, 200, 429, 429]
    assert [response.headers["ratelimit-remaining"] for response in found] == ["2", "1", "0", "0", "0"]
    assert {response.headers["ratelimit-limit"] for response in found} == {"3"}
    refused = found[-1]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["retry-after"] == refused.headers["ratelimit-reset"]
    assert "retry-after" not in found[0].headers
    (error,) = refused.json()["errors"]
    assert error["extensions"] == {"code": "RATE_LIMITED"} and "data" not in refused.json()


def test_processes_share_a_limit(database, world, redis, redis_url):
    assert codes(limited(database, redis_url).use(times(2))) == [200, 200]
    assert codes(limited(database, redis_url).use(times(2))) == [200, 429]


def test_a_window_ends(database, world, redis, redis_url, monkeypatch):
    monkeypatch.setattr(rate_limits, "_WINDOW_SECONDS", 0.2)

    async def work(http):
        before = [await http.post("/graphql", json=QUERY) for _ in range(4)]
        await asyncio.sleep(0.3)
        return codes([*before, await http.post("/graphql", json=QUERY)])

    assert limited(database, redis_url).use(work) == [200, 200, 200, 429, 200]


def test_each_key_has_a_limit_of_its_own(database, world, ada, redis, redis_url):
    api = limited(database, redis_url)

    async def work(http):
        found = {}
        for name, sent in (("read", ada.bearer("read")), ("session", ada.cookie), ("nobody", {})):
            found[name] = codes([await http.post("/graphql", json=QUERY, headers=sent) for _ in range(6)])
        return found

    assert api.use(work) == {
        "read": [200] * 5 + [429],
        "session": [200] * 5 + [429],
        "nobody": [200] * 3 + [429] * 3,
    }


def test_guessing_keys_is_bounded_by_address(database, world, ada, redis, redis_url):
    api = limited(database, redis_url)

    async def guess(http):
        guesses = [{"authorization": f"Bearer almanac_{n}"} for n in range(22)]
        return codes([await http.post("/graphql", json=QUERY, headers=each) for each in guesses])

    assert api.use(guess) == [401] * 20 + [429] * 2
    # Elsewhere, a good key goes on working.
    assert codes(api.use(times(1, ada.bearer("read")), client=("192.0.2.9", 1))) == [200]


def test_a_worthless_cookie_buys_no_higher_limit(database, world, redis, redis_url):
    found = limited(database, redis_url).use(times(4, {"cookie": "almanac=worthless"}))
    assert codes(found) == [200, 200, 200, 429]


def test_an_ipv6_network_is_one_address(database, world, redis, redis_url):
    api = limited(database, redis_url)
    statuses = [api.use(times(1), client=(f"2001:db8::{n}", 1))[0].status_code for n in range(1, 5)]
    assert statuses == [200, 200, 200, 429]
    assert codes(api.use(times(1), client=("2001:db8:0:1::1", 1))) == [200]


def test_without_redis_each_process_counts_for_itself(database, world):
    for url in ("", "redis://127.0.0.1:1/0"):
        found = limited(database, url).use(times(4))
        assert codes(found) == [200, 200, 200, 429]
        assert found[-1].headers["ratelimit-limit"] == "3"


def test_redis_that_hangs_is_not_waited_for_each_time(database, world, monkeypatch):
    monkeypatch.setattr(patience, "_PATIENCE_SECONDS", 0.05)
    asked = []

    async def hang(reader, writer):
        asked.append(1)
        await asyncio.sleep(30)

    async def run():
        server = await asyncio.start_server(hang, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        api = limited(database, f"redis://127.0.0.1:{port}/0")
        app = create_app(api.settings)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://x") as http,
        ):
            found = codes(await times(5)(http))
        server.close()
        return found

    assert asyncio.run(run()) == [200, 200, 200, 429, 429]
    assert len(asked) == 1


def test_what_is_remembered_without_redis_is_bounded(monkeypatch):
    monkeypatch.setattr(rate_limits, "_MOST_NAMES", 10)
    limits = rate_limits.RateLimits(patience.PatientRedis(None))

    async def work():
        for n in range(100):
            await limits.take((f"address {n}", 5))
            await limits.take(("busy", 1000))
        return (await limits.take(("busy", 1000)))[0]

    assert asyncio.run(work()).remaining == 1000 - 101
    assert len(limits._here) == 10


def test_a_limit_of_nought_is_none(database, world, redis, redis_url):
    found = limited(database, redis_url, anonymous_rate_limit="0").use(times(20))
    assert codes(found) == [200] * 20 and "ratelimit-limit" not in found[0].headers


def test_shares_are_limited_and_the_pages_of_the_house_are_not(database, world, redis, redis_url):
    async def work(http):
        shares = [(await http.get("/s/x")).status_code for _ in range(5)]
        return shares, [(await http.get("/healthz")).status_code for _ in range(10)]

    assert limited(database, redis_url).use(work) == ([404, 404, 404, 429, 429], [200] * 10)


def test_only_a_trusted_proxy_says_for_whom_it_asks():
    assert Settings.from_environment({"ALMANAC_TRUSTED_PROXIES": "10.0.0.1, fd00::/8"}).proxies == [
        "10.0.0.1",
        "fd00::/8",
    ]
    assert Settings.from_environment({}).proxies == []
