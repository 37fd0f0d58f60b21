"""Crawls films' global rating histograms."""

from crawler.asking.films import FilmSpider
from crawler.observations import HistogramRead
from crawler.pages import histogram


class HistogramSpider(FilmSpider):
    """`scrapy crawl histogram -a slug=SLUG`, or `-a due=N` for the films most watched and never asked."""

    name = "histogram"
    kind = "histogram"
    path = "/csi/film/{slug}/rating-histogram/"
    parse_page = histogram.parse
    observation = HistogramRead
