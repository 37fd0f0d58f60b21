"""`/metrics`: what it counts, by the parser of Prometheus' own library, and who may read it."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from rq import Queue, Worker
from sqlalchemy import text

from api.enqueue import QUEUES
from jobs import queues
from schema.store import hosts, ledger, metadata
from tests.api.conftest import JSON, Api
from tests.api.people import person
from tests.api.server import served
from tests.api.sockets import begin, talk

FILM = {"query": 'query Measured { film(slug: "stalker") { title } }'}


@pytest.fixture(scope="module")
def keeper(database, world):
    return person(database, world, "keeper", operator=True)


def read(page):
    """The samples of a page: numbers by name and labels."""
    assert page.status_code == 200, page.text
    assert (
        page.headers["content-type"].startswith("text/plain; version=") and page.headers["cache-control"] == "no-store"
    )
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page.text)
        for sample in family.samples
    }


def value(samples, name, **labels):
    return samples.get((name, *sorted(labels.items())), 0)


def test_requests_and_operations_are_counted(api, world):
    async def work(http):
        async def ask(body):
            return await http.post("/graphql", content=json.dumps(body), headers=JSON)

        for _ in range(3):
            await ask(FILM)
        await ask({"query": "{ nope }"})
        await ask({"query": '{ cohorts(first: 500) { totalCount } adHocCohort(definition: {cohort: "9"}) { label } }'})
        await http.post("/graphql", content=b"x" * 1_000_001, headers=JSON)
        await http.get("/nowhere/at/all")
        await http.get("/s/secret-token")
        return read(await http.get("/metrics")), (await http.get("/metrics")).text

    samples, shown = api.use(work)
    assert value(samples, "almanac_http_requests_total", route="/graphql", status="200") == 5
    assert value(samples, "almanac_http_requests_total", route="/graphql", status="413") == 1
    assert value(samples, "almanac_http_requests_total", route="none", status="404") == 1
    assert value(samples, "almanac_http_request_seconds_count", route="/graphql") == 6
    assert value(samples, "almanac_http_request_seconds_bucket", route="/graphql", le="+Inf") == 6
    assert value(samples, "almanac_graphql_operations_total", outcome="OK") == 3
    assert value(samples, "almanac_graphql_operations_total", outcome="BAD_USER_INPUT") == 2
    assert value(samples, "almanac_graphql_operations_total", outcome="TOO_COMPLEX") == 1
    assert value(samples, "almanac_graphql_answers_total", origin="memory") == 2
    assert value(samples, "almanac_graphql_answers_total", origin="computed") == 3
    assert value(samples, "almanac_database_up") == 1 and value(samples, "almanac_redis_up") == 0
    assert value(samples, "process_resident_memory_bytes") > 10e6
    assert "secret-token" not in shown and "/s/{token}" in shown


def test_answers_of_other_processes_count_as_shared(database, world, redis_url):
    api = Api(database, redis_url)
    for origins in ({"computed": 1, "memory": 1}, {"shared": 1}):  # the second finds what the first has shared

        async def work(http, origins=origins):
            for _ in range(sum(origins.values())):
                await http.post("/graphql", content=json.dumps(FILM | {"variables": {"for": "all"}}), headers=JSON)
            return read(await http.get("/metrics"))

        samples = api.use(work)
        for origin in ("memory", "shared", "computed"):
            assert value(samples, "almanac_graphql_answers_total", origin=origin) == origins.get(origin, 0)


def test_queues_workers_crawls_and_runs_are_told(database, world, redis_url, ada):
    assert QUEUES == queues.QUEUES
    redis = Redis.from_url(redis_url)
    queue = Queue("crawl", connection=redis)
    worker = Worker([queue], connection=redis)
    worker.register_birth()
    queue.enqueue("time.sleep", 1)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    with database.begin() as connection:
        ledger.add(connection, {(minute, "mirror.example", "rated", "200", run): (3, 500) for run in (1, 2)})
        metadata.fail(connection, [world.film_ids["stalker"]], "tmdb", "no answer")
        hosts.pause(connection, "mirror.example", "they asked", "keeper@example.org")
        runs = connection.execute(text("SELECT count(*) FROM sync_runs WHERE status = 'queued'")).scalar_one()
    try:
        page = Api(database, redis_url).get("/metrics")
    finally:
        worker.register_death()
        queue.empty()
    samples = read(page)
    assert value(samples, "almanac_redis_up") == 1
    assert value(samples, "almanac_workers") == 1
    assert value(samples, "almanac_jobs", queue="crawl", state="waiting") == 1
    assert value(samples, "almanac_jobs", queue="sync", state="failed") == 0
    assert value(samples, "almanac_crawl_requests_total", host="mirror.example", outcome="200") == 6
    assert value(samples, "almanac_crawl_bytes_total", host="mirror.example", outcome="200") == 1000
    assert value(samples, "almanac_enrichment_entries", kind="tmdb", status="failed") == 1
    assert value(samples, "almanac_runs", kind="delta", status="queued") == runs > 0
    assert value(samples, "almanac_hosts_paused") == value(samples, "almanac_host_paused", host="mirror.example") == 1
    for private in ("they asked", "example.org", *world.member_ids, "circle"):
        assert private not in page.text


def test_operations_on_websockets_count_too(database, world):
    with served(Api(database).settings) as server:
        talk(server, begin("{ slices { name } }"), begin("{ nope }", id="2"), answers=3)
        samples = read(httpx.get(f"http://{server}/metrics"))
    assert value(samples, "almanac_graphql_operations_total", outcome="OK") == 1
    assert value(samples, "almanac_graphql_operations_total", outcome="BAD_USER_INPUT") == 1


def test_without_a_database_it_says_so(database):
    api = Api(database, "redis://127.0.0.1:1/0")
    api.settings = replace(api.settings, database_url="postgresql://nobody@127.0.0.1:1/nowhere")
    samples = read(api.get("/metrics"))
    assert value(samples, "almanac_database_up") == value(samples, "almanac_redis_up") == 0
    assert not any(name.startswith(("almanac_runs", "almanac_jobs")) for name, *_ in samples)


@pytest.mark.parametrize("role", ["nobody", "write key", "operator key", "operator session", "led by another site"])
def test_from_elsewhere_it_answers_operators(database, keeper, role):
    sent = {
        "nobody": {},
        "write key": keeper.bearer("write"),
        "operator key": keeper.bearer("operator"),
        "operator session": keeper.cookie,
        "led by another site": keeper.cookie | {"sec-fetch-site": "cross-site"},
    }[role]
    found = Api(database).use(lambda http: http.get("/metrics", headers=sent), client=("192.0.2.7", 1))
    assert found.status_code == (200 if role.startswith("operator") else 403)
    assert found.status_code == 200 or found.text.count("\n") == 1
