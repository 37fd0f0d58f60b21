"""Viewings: the diary and the feed."""

from dataclasses import dataclass
from datetime import date, datetime

from crawler.items.info import PageInfo


@dataclass(frozen=True, slots=True)
class DiaryEntry:
    """One viewing of a film."""

    viewing_id: int
    slug: str
    letterboxd_id: int | None
    title: str
    year: int | None
    rating: int | None
    liked: bool
    rewatch: bool
    reviewed: bool
    watched_date: date


@dataclass(frozen=True, slots=True)
class DiaryPage:
    """One page of a member's diary, newest first."""

    info: PageInfo
    owner: str | None
    entries: tuple[DiaryEntry, ...]


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a member's feed; a review replaces the watch with the same `entry_id`.

    `kind` is watch, review or list. For lists `title` is the list's and all that concerns a film is None.
    `letterboxd_id` is in the address of the film's own poster; a poster that somebody uploaded has none.
    """

    kind: str
    entry_id: int
    guid: str
    link: str
    published: datetime
    title: str
    slug: str | None
    letterboxd_id: int | None
    year: int | None
    rating: int | None
    liked: bool | None
    rewatch: bool | None
    watched_date: date | None
    tmdb_id: int | None
    tmdb_type: str | None


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A member's feed: the newest 50 diary items and some lists."""

    info: PageInfo
    owner: str
    items: tuple[FeedItem, ...]
