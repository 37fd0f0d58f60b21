"""Crawls film pages for TMDB and IMDb ids."""

from crawler.asking.films import FilmSpider
from crawler.observations import FilmRead
from crawler.pages import film


class FilmPageSpider(FilmSpider):
    """`scrapy crawl film -a slug=SLUG`, or `-a due=N` for the films whose identity is wanted."""

    name = "film"
    source = "page"
    path = "/film/{slug}/"
    parse_page = film.parse
    observation = FilmRead
