"""What resolvers of one request share."""

from dataclasses import dataclass

import strawberry
from starlette.requests import HTTPConnection

from api.auth.admission import Admission
from api.database import Database
from api.enqueue import Enqueuer
from api.graphql.loaders import DataLoaders
from schema.insights.accounts import Identity
from schema.viewer import Viewer


@dataclass(slots=True)
class Context:
    """The request, who made it, the database, and the request's own loaders over it.

    `connection_params` is what a client said when it opened a websocket.
    """

    request: HTTPConnection
    identity: Identity | None
    viewer: Viewer
    database: Database
    enqueuer: Enqueuer
    load: DataLoaders
    connection_params: dict | None = None

    @classmethod
    def of(cls, request: HTTPConnection, admission: Admission, connection_params: dict | None = None) -> "Context":
        """What someone who was let in asks with."""
        state, viewer = request.app.state, admission.viewer
        loaders = DataLoaders.of(state.database, viewer)
        return cls(request, admission.identity, viewer, state.database, state.enqueuer, loaders, connection_params)


Info = strawberry.Info[Context, None]
