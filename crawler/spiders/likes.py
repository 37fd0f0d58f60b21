"""Crawls films that members like without having rated them."""

from crawler.asking.listing import ListingSpider
from crawler.pages import likes


class LikesSpider(ListingSpider):
    """`scrapy crawl likes -a username=NAME [-a halt_after=3]`: liked films without a rating, liked last first."""

    name = "likes"
    kind = "likes"
    path = "/{username}/likes/films/rated/none/"
    newest_path = path  # its own order is by when liked
    parse_page = likes.parse
