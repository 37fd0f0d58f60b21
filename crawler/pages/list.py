"""Reads a list of films, ranked or not, with its owner's ratings."""

import re

from crawler.items import ListPage
from crawler.pages.errors import MarkupDrift
from crawler.pages.listing import read_listing
from crawler.pages.source import Source
from crawler.pages.text import clean, username
from crawler.pages.trust import reader

_MEMBER = re.compile(r"/([^/]+)/")


@reader
def parse(source: Source) -> ListPage:
    """One page of `/{user}/list/{slug}/…`, or of a watchlist."""
    page, grid = read_listing(source, "list", "watchlist")
    return ListPage(page.info, page.owner or _author(source), _title(source), grid.numbered, page.tiles)


def _author(source: Source) -> str | None:
    link = source.tree.css_first(".person-summary a.name, .person-summary a.avatar")
    if link is None:
        return None
    path = link.attributes.get("href") or ""
    match = _MEMBER.fullmatch(path)
    if match is None:
        raise MarkupDrift(f"a list by whom {path!r} leads to")
    return username(match[1], "the list's author")


def _title(source: Source) -> str | None:
    heading = source.tree.css_first(".list-title-intro h1, h1.title-1")
    return clean(heading.text(), "list title") if heading else None
