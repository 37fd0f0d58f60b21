"""`python -m bench.served WAY`: the API in a process of its own, as it is ("ours") or with Strawberry as it comes."""

import socket
import sys

import strawberry
import uvicorn

from api import app, graph
from api.graphql.mutation import Mutation
from api.graphql.query import Query
from api.graphql.subscriptions import Subscription
from schema.settings import Settings

WAYS = ("ours", "library")


def main(way: str) -> None:
    """Serves until SIGTERM, and says where. The library's way has no limits, no caches and no shortcuts of ours."""
    if way == "library":
        app.schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
    else:
        assert app.schema is graph.schema
    config = uvicorn.Config(app.create_app(Settings.from_environment()), log_level="warning", server_header=False)
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"listening on {listener.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
