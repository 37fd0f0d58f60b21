"""Crawls members' profiles for their favourites."""

from crawler.asking.listing import ListingSpider
from crawler.pages import profile


class ProfileSpider(ListingSpider):
    """`scrapy crawl profile -a username=NAME`: display name and the up to four favourite films."""

    name = "profile"
    kind = "profile"
    path = "/{username}/"
    parse_page = profile.parse
