"""Says in one line, without passwords, why a server that the user named cannot be used."""

import re
from urllib.parse import urlsplit

from cli.services.errors import ServiceError
from schema.settings import Settings, SettingsError

_TIMEOUT_SECONDS = 5


def check_database(url: str) -> None:
    """Raises ServiceError unless `url` (DATABASE_URL) leads to a PostgreSQL that is new enough."""
    from sqlalchemy import NullPool, create_engine
    from sqlalchemy.exc import ArgumentError, DBAPIError

    from schema.engine import DatabaseUnavailable, check, database_url

    _check_form("DATABASE_URL", url, "postgresql://user:password@host:5432/name")
    try:
        target = database_url(Settings.from_environment({"DATABASE_URL": url}))
        engine = create_engine(target, poolclass=NullPool, connect_args={"connect_timeout": _TIMEOUT_SECONDS})
        check(engine)
    except (DatabaseUnavailable, SettingsError, ArgumentError) as error:
        raise ServiceError(_without_secrets(str(error))) from None
    except DBAPIError as error:
        raise ServiceError(_without_secrets(f"DATABASE_URL: {' '.join(str(error.orig).split())}")) from None


def check_redis(url: str) -> None:
    """Raises ServiceError unless `url` (REDIS_URL) leads to a Redis that answers."""
    import redis

    form = "redis://user:password@host:6379/0 or unix:///path"
    _check_form("REDIS_URL", url, form)
    try:
        client = redis.Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS, retry=None
        )
    except ValueError:
        raise ServiceError(f"REDIS_URL: cannot be read; it must look like {form}") from None
    try:
        client.ping()
    except (redis.RedisError, OSError, TypeError) as error:  # TypeError: an option that Redis clients do not know
        reason = " ".join(str(error).split())
        raise ServiceError(f"REDIS_URL: cannot connect to {_shown(url)}: {reason}") from None
    finally:
        client.close()


def _check_form(variable: str, url: str, form: str) -> None:
    """A raw @, / or : in a password moves the rest of it to where host and port are read, and into messages."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - the property raises on what is no port
        beyond = url.partition(parts.netloc)[2] if parts.netloc else ""
        misread = parts.netloc.count("@") > 1 or ("@" in beyond and "@" not in parts.netloc)
    except ValueError:
        misread = True
    if misread:
        raise ServiceError(
            f"{variable}: cannot be read; it must look like {form}, with @ / : # ? in a password written as "
            "%40 %2F %3A %23 %3F"
        )


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _without_secrets(message: str) -> str:
    """The drivers hide what stands before the @; a password may also be given as an option after the ?."""
    return re.sub(r"(password=)[^&\s]+", r"\1***", message)
