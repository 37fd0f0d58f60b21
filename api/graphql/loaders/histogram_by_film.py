"""Letterboxd's own histograms by film id."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from schema.insights import histograms


class HistogramByFilm(Loader[int, histograms.GlobalHistogram]):
    """The global distribution of a film, None until it has been fetched."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, histograms.by_film)
