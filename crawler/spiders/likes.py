"""Crawls films that members like without having rated them."""

from crawler.asking.listing import ListingSpider
from crawler.pages import likes


class LikesSpider(ListingSpider):
    """`scrapy crawl likes -a username=NAME`: liked films without a rating, as liked last first."""

    name = "likes"
    kind = "likes"
    path = "/{username}/likes/films/rated/none/"
    parse_page = likes.parse
