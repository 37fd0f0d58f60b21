"""The web application: its routes, and what they share while it runs."""

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute

from api import imports
from api.answers import Answers
from api.auth import sign_in
from api.dashboard import dashboard
from api.database import Database
from api.enqueue import Enqueuer
from api.exports import view as exports
from api.graph import schema, sdl
from api.graphql.trusted import TrustedDocuments
from api.graphql.view import GraphQLView
from api.health import healthz, readyz
from api.looks import Looks
from api.metrics.measures import Measured, Measures
from api.metrics.page import metrics
from api.patience import PatientRedis
from api.rate_limits import RateLimits
from api.web.graphiql import assets
from api.web.home import home
from api.web.policy import policy
from api.web.share import share
from schema.async_engine import async_engine
from schema.engine import database_url
from schema.settings import Settings

_MAX_BODY_BYTES = 1_000_000
_STATEMENT_SECONDS = 15


def create_app(
    settings: Settings | None = None, *, engine: AsyncEngine | None = None, redis: Redis | None = None
) -> Starlette:
    """The application for `settings` (default: the environment).

    It makes its database engine and Redis client when it starts and lets them go when it stops; one that
    is given is used instead and stays the caller's.
    """
    settings = settings or Settings.from_environment()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        own_engine = None
        if engine is None:
            own_engine = async_engine(database_url(settings), statement_seconds=_STATEMENT_SECONDS)
        own_redis = Redis.from_url(settings.redis_url) if redis is None and settings.redis_url else None
        app.state.database = Database(engine or own_engine)
        app.state.redis = redis or own_redis
        app.state.settings = settings
        patient = PatientRedis(app.state.redis)
        app.state.rate_limits = RateLimits(patient)
        app.state.looks = Looks(app.state.database)
        app.state.answers = Answers(app.state.looks, patient, f"{_version()}{'-trusted' if trusted else ''}")
        app.state.enqueuer = Enqueuer(settings.redis_url)
        app.state.measures = measures
        app.state.exporting = asyncio.Lock()  # held while a portion of an export is made
        app.state.importing = set()  # accounts whose uploads are on their way
        try:
            yield
        finally:
            await app.state.looks.close()
            if own_engine is not None:
                await own_engine.dispose()
            if own_redis is not None:
                await own_redis.aclose()

    measures = Measures()
    documents = settings.trusted_documents_path
    trusted = TrustedDocuments(documents, schema._schema) if documents else None
    graphql = GraphQLView(schema, trusted)
    return Starlette(
        routes=[
            Route("/", home),
            Route("/graphql", graphql, max_body_size=sys.maxsize),  # the view has its own limit, and answers in JSON
            WebSocketRoute("/graphql", graphql),
            *sign_in.ROUTES,
            *imports.ROUTES,
            *exports.ROUTES,
            Route("/s/{token}", share),
            Mount("/graphiql-assets", assets()),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/policy", policy),
            Mount("/ops/rq", dashboard(settings.redis_url)),
        ],
        middleware=[Middleware(Measured, measures=measures)],
        lifespan=lifespan,
        max_body_size=_MAX_BODY_BYTES,
    )


@cache
def _version() -> str:
    """What answers kept elsewhere must have been made by: another schema answers otherwise."""
    return hashlib.sha256(sdl().encode()).hexdigest()[:16]
