"""What Scrapy's settings are for a crawl that may render pages."""

import os
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings

from schema.settings import Settings

_MIDDLEWARE = "crawler.rendering.middleware.RenderingMiddleware"
_HANDLER = "crawler.rendering.handler.GatedBrowser"
_LOAD_MILLISECONDS = 120_000  # a page may wait for its scripts twice as long as AutoThrottle can make them wait

SLOT = "browser"


def turn_on(settings: BaseSettings, almanac: Settings) -> None:
    """Adds the browser to a crawl's settings; it is started with the first page that wants it."""
    scheme = urlsplit(almanac.letterboxd_base_url).scheme
    middlewares = settings.getdict("DOWNLOADER_MIDDLEWARES") | {_MIDDLEWARE: 980}
    settings.setdict(
        {
            "DOWNLOADER_MIDDLEWARES": middlewares,
            "DOWNLOAD_HANDLERS": settings.getdict("DOWNLOAD_HANDLERS") | {scheme: _HANDLER},
            # One page at a time, and apart from the host's slot: what a page asks for needs a place there.
            "DOWNLOAD_SLOTS": settings.getdict("DOWNLOAD_SLOTS") | {SLOT: {"concurrency": 1, "delay": 0}},
            "PLAYWRIGHT_LAUNCH_OPTIONS": {"executable_path": almanac.chromium_path, "args": _arguments()},
            "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": _LOAD_MILLISECONDS,
        },
        priority="spider",
    )


def _arguments() -> list[str]:
    # No name and no address resolves, so that nothing can leave the browser past us: no redirect, no
    # WebSocket, no connection made in advance, none of its own reports.
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium does not start for root with one
    return arguments
