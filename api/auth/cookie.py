"""The session cookie."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from schema.store.accounts import SESSION_LIFE


def of(connection: HTTPConnection) -> str | None:
    """The session's secret in a request, if it carries one."""
    return connection.cookies.get(_name(connection)) or None


def put(connection: HTTPConnection, response: Response, secret: str) -> None:
    """Signs the browser in that gets this response."""
    response.set_cookie(_name(connection), secret, max_age=int(SESSION_LIFE.total_seconds()), **_options(connection))


def remove(connection: HTTPConnection, response: Response) -> None:
    """Has the browser forget its session."""
    response.delete_cookie(_name(connection), **_options(connection))


def _name(connection: HTTPConnection) -> str:
    # Browsers take a name with this prefix from nobody but this very host, over TLS.
    return "__Host-almanac" if _is_secure(connection) else "almanac"


def _options(connection: HTTPConnection) -> dict:
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": _is_secure(connection)}


def _is_secure(connection: HTTPConnection) -> bool:
    return urlsplit(connection.app.state.settings.public_url).scheme == "https"
