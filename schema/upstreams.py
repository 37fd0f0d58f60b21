"""Which upstream an URL belongs to: the name under which it is capped, paused and resumed, and its pace."""

from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from schema.settings import Settings

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Upstream:
    """`delay` is the least number of seconds between two requests to `host`, of all processes together."""

    host: str
    delay: float


def upstream_of(url: str, settings: Settings) -> Upstream:
    """The configured upstream whose base URL `url` begins with, else its host at the pace for any host.

    An upstream served under a path, as the backlot's TMDB is, counts as a host of its own.
    """
    asked = f"{url}/"
    found = next((upstream for base, upstream in _configured(settings) if asked.startswith(base)), None)
    return found or Upstream(_host(url), settings.delay_seconds)


@cache
def _configured(settings: Settings) -> list[tuple[str, Upstream]]:
    """Base URLs with their upstreams, the longest first."""
    paces = {
        settings.letterboxd_base_url: settings.delay_seconds,
        settings.tmdb_base_url: settings.tmdb_delay_seconds,
        settings.wikidata_base_url: settings.delay_seconds,
    }
    return [
        (f"{base.rstrip('/')}/", Upstream(_host(base) + urlsplit(base).path.rstrip("/"), paces[base]))
        for base in sorted(paces, key=len, reverse=True)
    ]


def _host(url: str) -> str:
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    return name if parts.port in {None, _DEFAULT_PORTS.get(parts.scheme)} else f"{name}:{parts.port}"
