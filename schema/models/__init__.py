"""All tables, so that metadata is complete wherever any of them is imported."""

from schema.models.accounts import Account, ApiKey, SavedFilter, Session, Share, SignInLink
from schema.models.base import Base
from schema.models.cohorts import Cohort, CohortFilmStats, CohortMember, FilmRanking
from schema.models.films import Film, FilmCredit, FilmHistogram, FilmSlug, Person
from schema.models.lists import FilmList, FilmListEntry, FilmListLike
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
    "Account",
    "ApiKey",
    "Base",
    "Cohort",
    "CohortFilmStats",
    "CohortMember",
    "CrawlRequest",
    "Film",
    "FilmCredit",
    "FilmHistogram",
    "FilmList",
    "FilmListEntry",
    "FilmListLike",
    "FilmMetadataSync",
    "FilmRanking",
    "FilmSlug",
    "Follow",
    "Listing",
    "ListingPage",
    "Member",
    "MemberVector",
    "Person",
    "Rating",
    "RatingEvent",
    "SavedFilter",
    "Session",
    "Share",
    "SignInLink",
    "SyncRun",
    "SyncStep",
    "TmdbPayload",
]
