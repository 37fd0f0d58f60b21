"""The RQ dashboard on a real Redis: who may see it, and that it is whole."""

import re

import pytest
from redis import Redis
from rq import Queue

from tests.api.conftest import Api

OUTSIDE = [
    {"client": ("192.0.2.7", 1)},
    {"client": ("::ffff:192.0.2.7", 1)},
    {"headers": {"host": "almanac.example"}},
    {"headers": {"host": "127.0.0.1.evil.example:8000"}},
    {"headers": {"host": "["}},
    {"headers": {"x-forwarded-for": "127.0.0.1"}},
    {"headers": {"forwarded": "for=127.0.0.1"}},
    {"headers": {"sec-fetch-site": "cross-site"}},
    {"headers": {"origin": "https://evil.example"}},
    {"headers": {"origin": "null"}},
]
INSIDE = [
    {},
    {"client": ("::1", 1), "headers": {"host": "[::1]:8000"}},
    {"client": ("::ffff:127.0.0.1", 1), "headers": {"host": "localhost:8000"}},
    {"headers": {"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8000"}},
]


@pytest.fixture(scope="module")
def dashboard(database, redis_url) -> Api:
    """An application whose queues hold one job."""
    queue = Queue("crawl", connection=Redis.from_url(redis_url))
    queue.empty()
    queue.enqueue("time.sleep", 1, job_id="waiting")
    yield Api(database, redis_url)
    queue.empty()


def get(api: Api, path: str, client: tuple[str, int] = ("127.0.0.1", 1), headers: dict | None = None):
    return api.use(lambda http: http.get(path, headers=headers, follow_redirects=True), client)


@pytest.mark.parametrize("way", OUTSIDE, ids=str)
def test_it_answers_nobody_from_outside(dashboard, redis_url, way):
    response = get(dashboard, "/ops/rq/", **way)
    assert response.status_code == 403
    assert response.text.count("\n") == 1
    empty = dashboard.use(
        lambda http: http.post("/ops/rq/queue/crawl/queued/empty", headers=way.get("headers")),
        way.get("client", ("127.0.0.1", 1)),
    )
    assert empty.status_code == 403
    assert Queue("crawl", connection=Redis.from_url(redis_url)).count == 1


@pytest.mark.parametrize("way", INSIDE, ids=str)
def test_it_answers_this_machine(dashboard, way):
    assert "RQ dashboard" in get(dashboard, "/ops/rq/", **way).text


def test_everything_it_names_is_served_under_its_prefix(dashboard):
    page = get(dashboard, "/ops/rq").text
    loaded = re.findall(r'<(?:link|script)[^>]*(?:src|href)="([^"]*)"', page)
    assert len(loaded) > 5 and all(name.startswith("/ops/rq/") for name in loaded)
    for name in [*loaded, *re.findall(r'href="(/[^"]*)"', page)]:
        assert get(dashboard, name).status_code == 200, name
    assert 'var url = "/ops/rq/"' in page


def test_it_shows_the_queues(dashboard):
    queues = get(dashboard, "/ops/rq/0/data/queues.json").json()["queues"]
    assert {queue["name"]: queue["count"] for queue in queues}["crawl"] == 1
    jobs = get(dashboard, "/ops/rq/0/data/jobs/crawl/queued/8/asc/1.json").json()["jobs"]
    assert [job["id"] for job in jobs] == ["waiting"]


def test_no_other_site_may_frame_it(dashboard):
    assert "frame-ancestors 'none'" in get(dashboard, "/ops/rq/").headers["content-security-policy"]


def test_without_redis_it_says_so(database):
    response = Api(database).get("/ops/rq/")
    assert (response.status_code, response.text.count("\n")) == (503, 1)
