"""The request that has a page rendered, and what to say of a page that is not."""

from typing import NamedTuple

from scrapy import Request
from scrapy.http import Response

from crawler.pages.errors import FilledByScript, PageError
from schema.settings import Settings

KEY = "unfilled"


class Unfilled(NamedTuple):
    """A page as served, and the selector of what its script is to put there."""

    response: Response
    awaits: str


def rendering(response: Response, error: PageError, kind: str, almanac: Settings) -> Request | None:
    """The request that shows the page to the browser, or None when that is off, of no use, or done before."""
    useful = isinstance(error, FilledByScript) and KEY not in response.meta
    # A redirect may have led elsewhere, and what is there was not meant.
    if not useful or kind not in almanac.rendered_kinds or not response.url.startswith(almanac.letterboxd_base_url):
        return None
    return response.request.replace(meta={KEY: Unfilled(response, error.awaits)}, dont_filter=True)


def reason(response: Response, error: PageError, kind: str) -> str:
    """Why the page could not be read, and whether a browser could help."""
    if not isinstance(error, FilledByScript):
        return str(error)
    if KEY in response.meta:
        return f"{error}; a browser has shown no more"
    return f"{error}; rendering is off, ALMANAC_RENDER={kind} turns it on"
