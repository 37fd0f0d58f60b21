"""Where a browser's request comes from."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection


def from_elsewhere(connection: HTTPConnection) -> bool:
    """Whether another site's page had a browser send this.

    Browsers say so in Sec-Fetch-Site, older ones only in Origin; what carries neither is no browser's doing.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = connection.headers.get("origin")
    return origin is not None and not _names(origin, connection.headers.get("host", ""))


def _names(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    # A proxy that ends TLS makes the scheme unknown here; the host decides.
    return parts.scheme in {"http", "https"} and bool(host) and parts.netloc.lower() == host.lower()
