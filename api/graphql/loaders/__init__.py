"""Loaders: each turns the many look-ups of one level of a query into one statement."""

from inspect import signature
from typing import Any, get_type_hints

from api.database import Database
from api.graphql.loaders.cohort_by_id import CohortById
from api.graphql.loaders.credits_by_film import CreditsByFilm
from api.graphql.loaders.film_by_id import FilmById
from api.graphql.loaders.film_id_by_slug import FilmIdBySlug
from api.graphql.loaders.films_by_search import FilmsBySearch
from api.graphql.loaders.former_slugs_by_film import FormerSlugsByFilm
from api.graphql.loaders.health_by_group import (
    BacklogByGroup,
    CompletenessByCohort,
    CoverageByGroup,
    FreshnessByGroup,
    RunsByCohort,
    WholenessByGroup,
)
from api.graphql.loaders.histogram_by_film import HistogramByFilm
from api.graphql.loaders.member_by_username import MemberByUsername
from api.graphql.loaders.neighbours_by_pair import CohortsByPair, CommonByPair, CommonCountByPair, FollowsByPair
from api.graphql.loaders.numbers_by_group import NumbersByGroup
from api.graphql.loaders.of_member import CohortCountByMember, CohortsByMember, ProfileByMember, SourcesByMember
from api.graphql.loaders.person_by_id import PersonById
from api.graphql.loaders.reactions_by_film import ReactionsByFilm
from api.graphql.sources import Sources
from schema.viewer import Viewer


class DataLoaders:
    """The loaders of one request over `database`, for someone's eyes; `sources` gathers what they read.

    Each is made when first asked for, of whichever of these three it takes: a request needs two or three of them, and
    to make all took a thirtieth of its time.
    """

    backlog_by_group: BacklogByGroup
    cohort_by_id: CohortById
    cohort_count_by_member: CohortCountByMember
    cohorts_by_member: CohortsByMember
    cohorts_by_pair: CohortsByPair
    common_by_pair: CommonByPair
    common_count_by_pair: CommonCountByPair
    completeness_by_cohort: CompletenessByCohort
    coverage_by_group: CoverageByGroup
    credits_by_film: CreditsByFilm
    film_by_id: FilmById
    film_id_by_slug: FilmIdBySlug
    films_by_search: FilmsBySearch
    follows_by_pair: FollowsByPair
    former_slugs_by_film: FormerSlugsByFilm
    freshness_by_group: FreshnessByGroup
    histogram_by_film: HistogramByFilm
    member_by_username: MemberByUsername
    numbers_by_group: NumbersByGroup
    person_by_id: PersonById
    profile_by_member: ProfileByMember
    reactions_by_film: ReactionsByFilm
    runs_by_cohort: RunsByCohort
    sources_by_member: SourcesByMember
    wholeness_by_group: WholenessByGroup

    def __init__(self, database: Database, viewer: Viewer, sources: Sources) -> None:
        self._given = {"database": database, "viewer": viewer, "sources": sources}

    def __getattr__(self, name: str) -> Any:
        if name not in _MADE_OF:
            raise AttributeError(name)
        kind, needs = _MADE_OF[name]
        loader = kind(*[self._given[need] for need in needs])
        setattr(self, name, loader)
        return loader


_MADE_OF = {name: (kind, tuple(signature(kind).parameters)) for name, kind in get_type_hints(DataLoaders).items()}
