"""Reads a list of films, ranked or not, with its owner's ratings."""

from crawler.items import ListPage
from crawler.pages.listing import read_listing
from crawler.pages.source import Source
from crawler.pages.text import clean, username
from crawler.pages.trust import reader


@reader
def parse(source: Source) -> ListPage:
    """One page of `/{user}/list/{slug}/…`, or of a watchlist."""
    page, grid = read_listing(source, "list", "watchlist")
    return ListPage(page.info, page.owner or _author(source), _title(source), grid.numbered, page.tiles)


def _author(source: Source) -> str | None:
    link = source.tree.css_first(".person-summary a.name, .person-summary a.avatar")
    return username((link.attributes.get("href") or "").strip("/"), "the list's author") if link else None


def _title(source: Source) -> str | None:
    heading = source.tree.css_first(".list-title-intro h1, h1.title-1")
    return clean(heading.text(), "list title") if heading else None
