"""Makes the SQLAlchemy engines, and says in one line why a database cannot be used."""

from functools import cache

from psycopg.pq import Format
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from schema.announced import announced
from schema.settings import Settings, SettingsError


class DatabaseUnavailable(RuntimeError):
    """The database cannot be reached or is not ours; the message is one line and holds no password."""


def database_url(settings: Settings | None = None) -> URL:
    """DATABASE_URL, else the embedded server that a running `almanac` has announced.

    Raises SettingsError when the URL cannot be read, DatabaseUnavailable when there is none.
    """
    settings = settings or Settings.from_environment()
    found = settings.database_url or announced(settings, "DATABASE_URL")
    if not found:
        raise DatabaseUnavailable("no database: set DATABASE_URL, or keep `almanac up` running beside this command")
    try:
        return make_url(found).set(drivername="postgresql+psycopg")
    except ArgumentError:
        raise SettingsError("DATABASE_URL: cannot be read as a URL") from None


# force_custom_plan: array-parameter statements fall off a cliff when psycopg's prepared copy gets
# a generic plan at its sixth run (160 ms became 20 s when measured).
CONNECT = {"options": "-c plan_cache_mode=force_custom_plan -c timezone=UTC", "connect_timeout": 10}


@cache
def _engine(url: URL) -> Engine:
    return create_engine(url, connect_args=CONNECT, pool_pre_ping=True, pool_size=5, max_overflow=5)


def engine(url: URL | str | None = None) -> Engine:
    """The process's engine for `url` (default: the configured database). Connects on first use."""
    return _engine(make_url(url).set(drivername="postgresql+psycopg") if url else database_url())


# What a transaction reads is all of one moment, and it cannot write.
SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@event.listens_for(Engine, "before_cursor_execute")
def _fetch_binary(connection, cursor, statement, parameters, context, executemany) -> None:
    """Statements with the execution option `binary` get their bytea as it is, not as twice as many hex digits."""
    if context is not None and context.execution_options.get("binary"):
        # The asyncio engine wraps psycopg's cursor.
        getattr(cursor, "_cursor", cursor).format = Format.BINARY


def check(target: Engine) -> None:
    """Raises DatabaseUnavailable, in one line, unless `target` answers and is PostgreSQL 15 or newer."""
    shown = target.url.render_as_string(hide_password=True)
    try:
        with target.connect() as connection:
            version = connection.execute(text("SHOW server_version_num")).scalar_one()
    except OperationalError as error:
        reason = " ".join(str(error.orig).split())
        raise DatabaseUnavailable(f"DATABASE_URL: cannot connect to {shown}: {reason}") from None
    if int(version) < 150_000:
        raise DatabaseUnavailable(
            f"DATABASE_URL: {shown} is PostgreSQL {int(version) // 10_000}; 15 or newer is needed"
        )
