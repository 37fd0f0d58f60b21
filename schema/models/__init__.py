"""All tables, so that metadata is complete wherever any of them is imported."""

from schema.models.base import Base
from schema.models.cohorts import Cohort, CohortFilmStats, CohortMember, FilmRanking
from schema.models.films import Film, FilmCredit, FilmHistogram, FilmSlug, Person
from schema.models.hosts import Alert, Host
from schema.models.members import Follow, Member
from schema.models.ratings import MemberVector, Rating, RatingEvent
from schema.models.sync import (
    CrawlRequest,
    FilmMetadataSync,
    Listing,
    ListingPage,
    SyncRun,
    SyncStep,
    TmdbPayload,
)

__all__ = [
    "Alert",
    "Base",
    "Cohort",
    "CohortFilmStats",
    "CohortMember",
    "CrawlRequest",
    "Film",
    "FilmCredit",
    "FilmHistogram",
    "FilmMetadataSync",
    "FilmRanking",
    "FilmSlug",
    "Follow",
    "Host",
    "Listing",
    "ListingPage",
    "Member",
    "MemberVector",
    "Person",
    "Rating",
    "RatingEvent",
    "SyncRun",
    "SyncStep",
    "TmdbPayload",
]
