"""Reads a member's films with their ratings and likes, and watchlists, which have neither."""

from crawler.items import GridPage
from crawler.pages.listing import read_listing
from crawler.pages.source import Source
from crawler.pages.trust import reader


@reader
def parse(source: Source) -> GridPage:
    """The tiles of one page of `/{user}/films/…` or `/{user}/watchlist/`."""
    return read_listing(source, "films", "watchlist")[0]
