"""`python -m bench.served WAY`: the API in a process of its own, as it is ("ours") or with Strawberry as it comes
("library"); or "bare", an application that answers with a few bytes: the most that the machine can do."""

import socket
import sys

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api import app, graph
from api.graphql.mutation import Mutation
from api.graphql.query import Query
from api.graphql.subscriptions import Subscription
from cli.api import Server
from schema.settings import Settings


def main(way: str) -> None:
    """Serves until SIGTERM, and says where. The library's way has no limits, no caches and no shortcuts of ours."""
    if way == "library":
        app.schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
    else:
        assert app.schema is graph.schema
    served = _bare() if way == "bare" else app.create_app(Settings.from_environment())
    config = uvicorn.Config(served, log_level="warning", server_header=False)
    Server(config).run(sockets=[socket.create_server(("127.0.0.1", 0))])


def _bare() -> Starlette:
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(b'{"data": {"node": 1}}', media_type="application/json")

    return Starlette(routes=[Route("/graphql", answer, methods=["POST"])])


if __name__ == "__main__":
    main(sys.argv[1])
