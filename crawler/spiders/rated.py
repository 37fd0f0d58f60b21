"""Crawls members' rated films, with likes."""

from crawler.asking.listing import ListingSpider
from crawler.pages import rated


class RatedSpider(ListingSpider):
    """`scrapy crawl rated -a username=NAME [-a halt_after=3]`: every film the member has rated, newest release first.

    With `halt_after` only what was rated last, as far as the last completed reading.
    """

    name = "rated"
    kind = "rated"
    path = "/{username}/films/rated/.5-5/"
    newest_path = "/{username}/films/rated/.5-5/by/rated-date/"
    parse_page = rated.parse
