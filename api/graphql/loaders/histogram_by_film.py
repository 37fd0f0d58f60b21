"""Letterboxd's own histograms by film id."""

from api.database import Database
from api.graphql.loaders.loader import FilmLoader
from api.graphql.sources import Sources
from schema.insights import histograms


class HistogramByFilm(FilmLoader[int, histograms.GlobalHistogram]):
    """The global distribution of a film, None until it has been fetched."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, histograms.by_film)
