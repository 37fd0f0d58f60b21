"""Crawls members' rated films, with likes."""

from crawler.asking.feed_first import FeedFirstSpider
from crawler.pages import rated


class RatedSpider(FeedFirstSpider):
    """`scrapy crawl rated -a username=NAME [-a halt_after=3]`: every film the member has rated, newest release first.

    With `halt_after` only what was rated last, as far as the last completed reading; where robots.txt forbids
    that order, what the member's feed tells, or else every film.
    """

    name = "rated"
    kind = "rated"
    path = "/{username}/films/rated/.5-5/"
    newest_path = "/{username}/films/rated/.5-5/by/rated-date/"
    parse_page = rated.parse
