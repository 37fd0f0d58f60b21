"""Reads the films that a member likes."""

from dataclasses import replace

from crawler.items import GridPage
from crawler.pages.listing import read_listing
from crawler.pages.source import Source
from crawler.pages.trust import reader


@reader
def parse(source: Source) -> GridPage:
    """The tiles of one page of `/{user}/likes/films/…`, every one of them liked by being there."""
    page, _ = read_listing(source, "likes")
    return replace(page, tiles=tuple(tile._replace(liked=True) for tile in page.tiles))
