"""The records that pages are read into: one item is one page.

Ratings are half-stars 1–10, averages are stars 0.5–5. `None` is always an absence that the page shows or a
thing that its markup generation does not carry, never a failure to read it.
"""

from crawler.items.diary import DiaryEntry, DiaryPage, FeedItem, FeedPage
from crawler.items.export import AccountExport, ExportedFilm, FileAccount
from crawler.items.films import FilmJson, FilmPage, HistogramPage
from crawler.items.info import PageInfo
from crawler.items.listings import GridPage, ListPage, Tile
from crawler.items.people import PeoplePage, Person, ProfilePage
from crawler.items.tmdb import Credit, TmdbCredits, TmdbMatch, TmdbMatches, TmdbRecord
from crawler.items.wikidata import WikidataPage, WikidataTitle

__all__ = [
    "AccountExport",
    "Credit",
    "DiaryEntry",
    "DiaryPage",
    "ExportedFilm",
    "FeedItem",
    "FeedPage",
    "FileAccount",
    "FilmJson",
    "FilmPage",
    "GridPage",
    "HistogramPage",
    "ListPage",
    "PageInfo",
    "PeoplePage",
    "Person",
    "ProfilePage",
    "Tile",
    "TmdbCredits",
    "TmdbMatch",
    "TmdbMatches",
    "TmdbRecord",
    "WikidataPage",
    "WikidataTitle",
]
