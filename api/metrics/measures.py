"""Counts what this process does: requests by route and status, GraphQL operations by outcome."""

import time
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_NOWHERE = "none"  # the route of a request that none takes


class Measures:
    """The counters of one application, in a registry of its own. Names of routes and codes alone are labels."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        requests = Counter(
            "almanac_http_requests", "HTTP requests answered.", ["route", "status"], registry=self.registry
        )
        seconds = Histogram(
            "almanac_http_request_seconds",
            "Seconds from a request's arrival to the end of its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        operations = Counter(
            "almanac_graphql_operations",
            'GraphQL operations by outcome: "OK", or `extensions.code` of the first error.',
            ["outcome"],
            registry=self.registry,
        )
        answers = Counter(
            "almanac_graphql_answers",
            "GraphQL answers over HTTP by where they came from: this process' memory, another process or a request"
            " under way (shared), or computed for the request.",
            ["origin"],
            registry=self.registry,
        )
        self.websockets = Gauge("almanac_websockets", "Websockets that are open.", registry=self.registry)
        # Labels that were met are few, and looking one up costs more than counting.
        self._requests, self._seconds = cache(requests.labels), cache(seconds.labels)
        self._operations, self._answers = cache(operations.labels), cache(answers.labels)

    def request(self, route: str, status: int, seconds: float) -> None:
        """Counts an HTTP request."""
        self._requests(route, status).inc()
        self._seconds(route).observe(seconds)

    def operation(self, outcome: str) -> None:
        """Counts a GraphQL operation by its outcome: "OK" or a code."""
        self._operations(outcome).inc()

    def answer(self, origin: str) -> None:
        """Counts a GraphQL answer by "memory", "shared" or "computed"."""
        self._answers(origin).inc()


class Measured:
    """An ASGI application whose requests are measured."""

    def __init__(self, app: ASGIApp, measures: Measures) -> None:
        self.app = app
        self._measures = measures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            with self._measures.websockets.track_inprogress():
                return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        status, began = 500, time.perf_counter()

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            return await self.app(scope, receive, send_noted)
        finally:
            route = getattr(scope.get("route"), "path", _NOWHERE)
            self._measures.request(route, status, time.perf_counter() - began)
