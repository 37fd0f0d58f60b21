"""Whether this process is up, and whether what it stands on is."""

import asyncio
from functools import cache

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse

from api.database import Database
from schema import migrate

_PATIENCE_SECONDS = 3.0
_newest_revision = cache(migrate.head)


async def healthz(request: Request) -> PlainTextResponse:
    """200 while the process answers at all."""
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> JSONResponse:
    """200 when queries can be answered, "degraded" without Redis; 503 when the database is away or not migrated."""
    database, redis = await asyncio.gather(_database(request.app.state.database), _redis(request.app.state.redis))
    working = "ready" if redis == "ok" else "degraded"
    answer = {"status": working if database == "ok" else "unavailable", "database": database, "redis": redis}
    return JSONResponse(answer, status_code=200 if database == "ok" else 503)


async def _database(database: Database) -> str:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            current = await database.read(lambda connection: migrate.current(connection.engine))
    except (SQLAlchemyError, OSError, TimeoutError):
        return "unreachable"
    return "ok" if current == _newest_revision() else "not migrated: run `almanac migrate`"


async def _redis(redis: Redis | None) -> str:
    if redis is None:
        return "not configured"
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await redis.ping()
    except (RedisError, OSError, TimeoutError):
        return "unreachable"
    return "ok"
