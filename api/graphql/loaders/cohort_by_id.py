"""Saved cohorts by id."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from schema.insights import cohorts


class CohortById(Loader[int, cohorts.CohortRow]):
    """A saved cohort, None when there is no such cohort."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, cohorts.by_id)
