"""`/metrics`: the numbers of this process, the database and the queues, in Prometheus' text format."""

import asyncio
from collections.abc import Iterable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.auth.place import may_operate
from api.enqueue import Queues
from schema.insights.operations import Operations, operations
from schema.store.hosts import EVERYWHERE

_PATIENCE_SECONDS = 5.0  # a scrape gives up after ten


async def metrics(request: Request) -> Response:
    """The numbers for operators, and for this machine; what cannot be had is left out, and said to be away."""
    if not await may_operate(request):
        return PlainTextResponse("The metrics answer operators, and this machine.\n", 403)
    state = request.app.state
    found, queues = await asyncio.gather(_operations(request), state.enqueuer.queues())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Once([*_of_database(found), *_of_queues(queues)]))
    body = generate_latest(state.measures.registry) + generate_latest(registry)
    return Response(body, headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})


async def _operations(request: Request) -> Operations | None:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await request.app.state.database.read(operations)
    except (SQLAlchemyError, OSError, TimeoutError):
        return None


class _Once(Collector):
    """Numbers that were taken for one page."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        """What was taken."""
        return self._families


def _of_database(found: Operations | None) -> Iterator[Metric]:
    yield GaugeMetricFamily("almanac_database_up", "Whether the database answers.", value=int(found is not None))
    if found is None:
        return
    requests = CounterMetricFamily(
        "almanac_crawl_requests", "Requests to upstreams, of all workers.", labels=["host", "outcome"]
    )
    size = CounterMetricFamily("almanac_crawl_bytes", "Bytes that came back.", labels=["host", "outcome"])
    for labels, (number, octets) in sorted(found.requests.items()):
        requests.add_metric(labels, number)
        size.add_metric(labels, octets)
    runs = GaugeMetricFamily("almanac_runs", "Runs on record.", labels=["kind", "status"])
    for labels, number in sorted(found.runs.items()):
        runs.add_metric(labels, number)
    entries = GaugeMetricFamily(
        "almanac_enrichment_entries", "Entries of the needs-enrichment queue.", labels=["kind", "status"]
    )
    for kind, numbers in found.enrichment.items():
        for status, number in numbers.items():
            entries.add_metric([kind, status], number)
    paused = GaugeMetricFamily("almanac_host_paused", 'Hosts that are paused; "*" stands for all.', labels=["host"])
    quiet = GaugeMetricFamily("almanac_host_quiet", "Hosts that want quiet for a while.", labels=["host"])
    for host in found.withheld:
        (paused if host.paused_at else quiet).add_metric([host.host], 1)
    hosts = sum(1 for host in found.withheld if host.paused_at and host.host != EVERYWHERE)
    number_paused = GaugeMetricFamily("almanac_hosts_paused", "How many hosts are paused by name.", value=hosts)
    yield from (requests, size, runs, entries, paused, quiet, number_paused)


def _of_queues(queues: Queues | None) -> Iterator[Metric]:
    yield GaugeMetricFamily("almanac_redis_up", "Whether Redis answers.", value=int(queues is not None))
    if queues is None:
        return
    yield GaugeMetricFamily("almanac_workers", "Workers that report.", value=queues.workers)
    jobs = GaugeMetricFamily("almanac_jobs", "Jobs by queue and state.", labels=["queue", "state"])
    for name, states in queues.jobs.items():
        for state, number in states.items():
            jobs.add_metric([name, state], number)
    yield jobs
