"""All tables, so that metadata is complete wherever any of them is imported."""

from schema.models.accounts import Account, ApiKey, SavedFilter, Session, Share, SignInLink
from schema.models.base import Base
from schema.models.cohorts import Cohort, CohortFilmStats, CohortMember, FilmRanking, RankingInsights
from schema.models.films import Film, FilmChange, FilmColumns, FilmCredit, FilmHistogram, FilmMerge, FilmSlug, Person
from schema.models.hosts import Alert, Host
from schema.models.lists import FilmList, FilmListEntry, FilmListLike
from schema.models.members import ErasedMember, Follow, Member
from schema.models.ratings import MemberVector, Rating, RatingEvent
from schema.models.sources import Consent, Feed, FeedItem
from schema.models.sync import (
    CrawlRequest,
    FilmMetadataSync,
    Listing,
    ListingPage,
    RunCompleteness,
    SyncRun,
    SyncStep,
    TmdbPayload,
)

__all__ = [
    "Account",
    "Alert",
    "ApiKey",
    "Base",
    "Cohort",
    "CohortFilmStats",
    "CohortMember",
    "Consent",
    "CrawlRequest",
    "ErasedMember",
    "Feed",
    "FeedItem",
    "Film",
    "FilmChange",
    "FilmColumns",
    "FilmCredit",
    "FilmHistogram",
    "FilmMerge",
    "FilmList",
    "FilmListEntry",
    "FilmListLike",
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
    "RankingInsights",
    "Rating",
    "RatingEvent",
    "RunCompleteness",
    "SavedFilter",
    "Session",
    "Share",
    "SignInLink",
    "SyncRun",
    "SyncStep",
    "TmdbPayload",
]
