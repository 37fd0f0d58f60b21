"""The records that pages are read into: one item is one page.

Ratings are half-stars 1–10, averages are stars 0.5–5. `None` is always an absence that the page shows or a
thing that its markup generation does not carry, never a failure to read it.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PageInfo:
    """What the page proves about itself.

    `kind` is what the page is, `found` how many records it gave, `total` how many the page says the whole
    listing has. `last_page` is 1 for a listing without pagination and None where the page does not tell. A
    body that is not `whole` is a fragment: it says nothing about what surrounds its container.
    """

    kind: str
    generation: str | None
    url: str
    found: int
    next_url: str | None = None
    last_page: int | None = None
    total: int | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Tile:
    """One poster of a grid. On lists `rating` is the list owner's; `liked` is False where likes are not shown.

    The oldest generations show no year and no id.
    """

    slug: str
    letterboxd_id: int | None
    title: str
    year: int | None
    rating: int | None = None
    liked: bool = False


@dataclass(frozen=True, slots=True)
class GridPage:
    """One page of a member's films, likes or watchlist; `owner` is lower-case."""

    info: PageInfo
    owner: str | None
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, or of a watchlist, which has no title and is not ranked."""

    info: PageInfo
    owner: str | None
    title: str | None
    ranked: bool
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class FilmPage:
    """A film's own page. `average` is weighted by Letterboxd and not the mean of the histogram.

    `tmdb_id` None means that the page names no TMDB entry.
    """

    info: PageInfo
    slug: str
    letterboxd_id: int
    title: str
    year: int | None
    tmdb_id: int | None
    tmdb_type: str | None
    imdb_id: str | None
    directors: tuple[str, ...]
    runtime_minutes: int | None
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    poster_url: str | None
    average: float | None
    rating_count: int | None


@dataclass(frozen=True, slots=True)
class FilmJson:
    """The answer of `/film/{slug}/json/`: identity without ratings."""

    info: PageInfo
    slug: str
    letterboxd_id: int
    title: str
    original_title: str | None
    year: int | None
    runtime_minutes: int | None
    directors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistogramPage:
    """How all members rated a film: counts from ½ to 5 stars.

    `rating_count` is the number stated by the page, which equals the sum, or the sum. `average` is weighted,
    and None for little-rated films. `fans` is as exact as the page writes it (75K is 75,000).
    """

    info: PageInfo
    slug: str | None
    counts: tuple[int, ...]
    average: float | None
    rating_count: int
    fans: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a people table; `username` is lower-case."""

    username: str
    display_name: str


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of following, followers, or the members behind a list or a film."""

    info: PageInfo
    owner: str | None
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A member's profile: the only place that shows favourites (0–4)."""

    info: PageInfo
    username: str
    display_name: str
    favorites: tuple[Tile, ...]
    films_count: int | None
    following_count: int | None
    followers_count: int | None
    avatar_url: str | None


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
    """

    kind: str
    entry_id: int
    guid: str
    link: str
    published: datetime
    title: str
    slug: str | None
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


@dataclass(frozen=True, slots=True)
class Credit:
    """One TMDB credit; `role` is director, writer or actor, `position` counts from 0 within the role."""

    person_id: int
    name: str
    role: str
    position: int


@dataclass(frozen=True, slots=True)
class TmdbRecord:
    """A film or series of TMDB. Countries and languages are ISO codes, genres English names.

    `credits` is None when they were not asked for.
    """

    info: PageInfo
    tmdb_type: str
    tmdb_id: int
    imdb_id: str | None
    title: str
    original_title: str | None
    year: int | None
    release_date: date | None
    runtime_minutes: int | None
    poster_path: str | None
    original_language: str | None
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    collection: str | None
    credits: tuple[Credit, ...] | None

    def credited(self, role: str) -> tuple[Credit, ...]:
        """The credits of one role in their order; the first director is the primary one."""
        return tuple(credit for credit in self.credits or () if credit.role == role)


@dataclass(frozen=True, slots=True)
class TmdbMatch:
    """One result of TMDB's search or find."""

    tmdb_type: str
    tmdb_id: int
    title: str
    original_title: str | None
    year: int | None


@dataclass(frozen=True, slots=True)
class TmdbMatches:
    """The films and series that a search or a find gave, best first."""

    info: PageInfo
    matches: tuple[TmdbMatch, ...]


@dataclass(frozen=True, slots=True)
class TmdbCredits:
    """The credits of one film or series, asked for alone."""

    info: PageInfo
    tmdb_id: int
    credits: tuple[Credit, ...]
