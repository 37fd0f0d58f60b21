"""What resolvers of one request share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import strawberry
from starlette.requests import HTTPConnection

from api.auth.admission import Admission
from api.database import Database, Unabandoned
from api.enqueue import Enqueuer
from api.graphql.loaders import DataLoaders
from api.graphql.sources import Sources
from schema.insights.accounts import Identity
from schema.viewer import Viewer


@dataclass(slots=True)
class Context:
    """The request, who made it, the database, and the request's own loaders over it.

    `sources` is what its answer is made from: whoever goes to the database past the loaders, or asks who asks,
    makes an answer that is not kept. `connection_params` is what a client said when it opened a websocket.
    """

    request: HTTPConnection
    viewer: Viewer
    enqueuer: Enqueuer
    load: DataLoaders
    sources: Sources
    connection_params: dict | None
    _identity: Identity | None
    _database: Database

    @property
    def identity(self) -> Identity | None:
        """Who asks; None for anyone."""
        self.sources.beyond()
        return self._identity

    @property
    def compute(self) -> Callable[..., Awaitable[Any]]:
        """`Database.compute`, which reads nothing."""
        return self._database.compute

    @property
    def database(self) -> Unabandoned:
        """The database, for what no loader reads."""
        self.sources.beyond()
        return Unabandoned(self._database)

    @classmethod
    def of(
        cls,
        request: HTTPConnection,
        admission: Admission,
        connection_params: dict | None = None,
    ) -> "Context":
        """What someone who was let in asks with."""
        state, viewer = request.app.state, admission.viewer
        sources = Sources(state.looks, admission.look)
        loaders = DataLoaders(state.database, viewer, sources)
        return cls(
            request, viewer, state.enqueuer, loaders, sources, connection_params, admission.identity, state.database
        )


Info = strawberry.Info[Context, None]
