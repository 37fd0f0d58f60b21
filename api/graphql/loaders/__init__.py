"""Loaders: each turns the many look-ups of one level of a query into one statement."""

from functools import cached_property

from api.database import Database
from api.graphql.loaders.cohort_by_id import CohortById
from api.graphql.loaders.credits_by_film import CreditsByFilm
from api.graphql.loaders.film_by_id import FilmById
from api.graphql.loaders.film_id_by_slug import FilmIdBySlug
from api.graphql.loaders.histogram_by_film import HistogramByFilm
from api.graphql.loaders.member_by_username import MemberByUsername
from api.graphql.loaders.neighbours_by_pair import CohortsByPair, CommonByPair, CommonCountByPair, FollowsByPair
from api.graphql.loaders.numbers_by_group import NumbersByGroup
from api.graphql.loaders.person_by_id import PersonById
from api.graphql.loaders.reactions_by_film import ReactionsByFilm
from api.graphql.sources import Sources
from schema.viewer import Viewer


class DataLoaders:
    """The loaders of one request over `database`, for someone's eyes; `sources` gathers what they read.

    Each is made when first asked for: a request needs few of them.
    """

    def __init__(self, database: Database, viewer: Viewer, sources: Sources) -> None:
        self._database = database
        self._viewer = viewer
        self._sources = sources

    @cached_property
    def cohort_by_id(self) -> CohortById:
        return CohortById(self._sources, self._viewer)

    @cached_property
    def cohorts_by_pair(self) -> CohortsByPair:
        return CohortsByPair(self._database, self._sources, self._viewer)

    @cached_property
    def common_by_pair(self) -> CommonByPair:
        return CommonByPair(self._database, self._sources)

    @cached_property
    def common_count_by_pair(self) -> CommonCountByPair:
        return CommonCountByPair(self._database, self._sources)

    @cached_property
    def credits_by_film(self) -> CreditsByFilm:
        return CreditsByFilm(self._database, self._sources)

    @cached_property
    def film_by_id(self) -> FilmById:
        return FilmById(self._database, self._sources)

    @cached_property
    def film_id_by_slug(self) -> FilmIdBySlug:
        return FilmIdBySlug(self._database, self._sources)

    @cached_property
    def follows_by_pair(self) -> FollowsByPair:
        return FollowsByPair(self._database, self._sources)

    @cached_property
    def histogram_by_film(self) -> HistogramByFilm:
        return HistogramByFilm(self._database, self._sources)

    @cached_property
    def member_by_username(self) -> MemberByUsername:
        return MemberByUsername(self._database, self._sources)

    @cached_property
    def numbers_by_group(self) -> NumbersByGroup:
        return NumbersByGroup(self._database, self._sources, self._viewer)

    @cached_property
    def person_by_id(self) -> PersonById:
        return PersonById(self._database, self._sources)

    @cached_property
    def reactions_by_film(self) -> ReactionsByFilm:
        return ReactionsByFilm(self._database, self._sources)
