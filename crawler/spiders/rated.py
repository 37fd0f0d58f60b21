"""Crawls members' rated films, with likes."""

from crawler.asking.listing import ListingSpider
from crawler.pages import rated


class RatedSpider(ListingSpider):
    """`scrapy crawl rated -a username=NAME`: every film the member has rated, newest release first."""

    name = "rated"
    kind = "rated"
    path = "/{username}/films/rated/.5-5/"
    parse_page = rated.parse
