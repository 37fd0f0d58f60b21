"""Loaders: each turns the many look-ups of one level of a query into one statement."""

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class DataLoaders:
    """The loaders of one request."""

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

    @classmethod
    def of(cls, database: Database, viewer: Viewer, sources: Sources) -> "DataLoaders":
        """Fresh loaders over `database`, for someone's eyes; `sources` gathers what they read."""
        return cls(
            backlog_by_group=BacklogByGroup(database, sources),
            cohort_by_id=CohortById(sources, viewer),
            cohort_count_by_member=CohortCountByMember(database, sources, viewer),
            cohorts_by_member=CohortsByMember(database, sources, viewer),
            cohorts_by_pair=CohortsByPair(database, sources, viewer),
            common_by_pair=CommonByPair(database, sources),
            common_count_by_pair=CommonCountByPair(database, sources),
            completeness_by_cohort=CompletenessByCohort(database, sources),
            coverage_by_group=CoverageByGroup(database, sources),
            credits_by_film=CreditsByFilm(database, sources),
            film_by_id=FilmById(database, sources),
            film_id_by_slug=FilmIdBySlug(database, sources),
            films_by_search=FilmsBySearch(database, sources),
            follows_by_pair=FollowsByPair(database, sources),
            former_slugs_by_film=FormerSlugsByFilm(database, sources),
            freshness_by_group=FreshnessByGroup(database, sources),
            histogram_by_film=HistogramByFilm(database, sources),
            member_by_username=MemberByUsername(database, sources),
            numbers_by_group=NumbersByGroup(database, sources, viewer),
            person_by_id=PersonById(database, sources),
            profile_by_member=ProfileByMember(database, sources),
            reactions_by_film=ReactionsByFilm(database, sources),
            runs_by_cohort=RunsByCohort(database, sources),
            sources_by_member=SourcesByMember(database, sources),
            wholeness_by_group=WholenessByGroup(database, sources),
        )
