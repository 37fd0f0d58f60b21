"""Makes engines for asyncio; apart from the others, because only the API needs them and they take long to import."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from schema.engine import CONNECT, database_url


def async_engine(
    url: URL | str | None = None, *, pool_size: int = 10, statement_seconds: int | None = None
) -> AsyncEngine:
    """A new asyncio engine for `url` (default: the configured database). The caller disposes of it.

    Unless told otherwise, each statement is a transaction of its own, which saves the two round trips that begin
    and end one. With `statement_seconds`, PostgreSQL gives up on statements that take longer.
    """
    target = make_url(url).set(drivername="postgresql+psycopg") if url else database_url()
    limit = f" -c statement_timeout={statement_seconds}s" if statement_seconds else ""
    connect = {**CONNECT, "options": CONNECT["options"] + limit}
    return create_async_engine(
        target,
        connect_args=connect,
        pool_size=pool_size,
        max_overflow=pool_size,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
    )
