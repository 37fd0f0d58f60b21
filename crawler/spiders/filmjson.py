"""Crawls film JSON: the cheapest page that gives a film's number, year, runtime and directors."""

from crawler.asking.films import FilmSpider
from crawler.observations import FilmRead
from crawler.pages import filmjson


class FilmJsonSpider(FilmSpider):
    """`scrapy crawl filmjson -a slug=SLUG`. It holds no TMDB id, so the identity queue is not closed by it."""

    name = "filmjson"
    source = "page"
    path = "/film/{slug}/json/"
    parse_page = filmjson.parse
    observation = FilmRead
