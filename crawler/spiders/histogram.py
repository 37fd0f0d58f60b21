"""Crawls films' global rating histograms."""

from crawler.asking.films import FilmSpider
from crawler.observations import HistogramRead
from crawler.pages import histogram
from crawler.pages.errors import BlankPage, MissingPage


class HistogramSpider(FilmSpider):
    """`scrapy crawl histogram -a slug=SLUG`, or `-a due=N` for the films most watched and never asked."""

    name = "histogram"
    kind = source = "histogram"
    path = "/csi/film/{slug}/rating-histogram/"
    parse_page = histogram.parse
    observation = HistogramRead
    absences = (MissingPage, BlankPage)  # a film nobody has rated gets a 200 without a word
