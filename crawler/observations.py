"""What spiders hand to the pipelines: a read page together with what it was asked for, and when."""

from dataclasses import dataclass, replace
from datetime import datetime

from crawler.items import (
    FeedPage,
    FilmJson,
    FilmPage,
    GridPage,
    HistogramPage,
    ListPage,
    PeoplePage,
    Person,
    ProfilePage,
    Tile,
    TmdbRecord,
    WikidataPage,
)
from schema.store.metadata import Candidate
from schema.store.payloads import Payload


@dataclass(frozen=True, slots=True)
class ListingRead:
    """One page of a member's listing, read on a `way` of `schema.store.listings.WAYS`.

    `number` counts from 1; `next_url` is where the reading goes on, None when this page ends it.
    """

    username: str
    kind: str
    number: int
    page: GridPage | ProfilePage
    observed_at: datetime
    next_url: str | None
    way: str


@dataclass(frozen=True, slots=True)
class ListingFailed:
    """A member's listing that could not be read on; `missing` when the upstream knows no such member."""

    username: str
    kind: str
    reason: str
    missing: bool
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class FeedRead:
    """A member's feed with its validators; `page` is None when it is the same as last time.

    `instead_of` is the kind of listing in whose place a crawl read it.
    """

    username: str
    page: FeedPage | None
    etag: str | None
    last_modified: str | None
    observed_at: datetime
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class PeopleRead:
    """Everyone a member follows or is followed by (`direction` "following" or "followers"), all pages."""

    username: str
    direction: str
    people: tuple[Person, ...]
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class FilmListRead:
    """All films of the list at `address` (user/slug, lower-case) in their order, and everyone who likes it."""

    address: str
    title: str | None
    tiles: tuple[Tile, ...]
    people: tuple[Person, ...]
    observed_at: datetime

    def with_films(self, page: ListPage) -> "FilmListRead":
        """The same with the films of one page more."""
        return replace(self, title=self.title or page.title, tiles=self.tiles + page.tiles)

    def with_people(self, page: PeoplePage) -> "FilmListRead":
        """The same with the people of one page more."""
        return replace(self, people=self.people + page.people)


@dataclass(frozen=True, slots=True)
class FilmListFailed:
    """A list that could not be read to its end; `missing` when the upstream knows no such list."""

    address: str
    reason: str
    missing: bool


@dataclass(frozen=True, slots=True)
class FilmRead:
    """A film page or film JSON, found under `slug`; `film_id` is the film asked for, None when asked by hand."""

    slug: str
    page: FilmPage | FilmJson
    observed_at: datetime
    film_id: int | None = None


@dataclass(frozen=True, slots=True)
class HistogramRead:
    """The global rating distribution of the film at `slug`; `film_id` as in FilmRead."""

    slug: str
    page: HistogramPage
    observed_at: datetime
    film_id: int | None = None


@dataclass(frozen=True, slots=True)
class WikidataRead:
    """What Wikidata says the films asked for (slug by film id) are."""

    slugs: dict[int, str]
    page: WikidataPage


@dataclass(frozen=True, slots=True)
class SearchRead:
    """What TMDB's search came to for a film: an accepted title, or why each candidate was not accepted."""

    film_id: int
    accepted: tuple[str, int] | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class TmdbRead:
    """TMDB's answer for a title: what it says, and the document itself."""

    record: TmdbRecord
    payload: Payload


@dataclass(frozen=True, slots=True)
class TmdbUnchanged:
    """TMDB says that the answer we have for a title (movie or tv, number) is the latest one."""

    title: tuple[str, int]
    observed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TmdbMerged:
    """TMDB answers for one title with another, into which it was merged."""

    old: tuple[str, int]
    new: tuple[str, int]


@dataclass(frozen=True, slots=True)
class IdentityDoubted:
    """TMDB's record, or its absence, speaks against what a proposing source said a film is."""

    film_id: int
    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class EnrichmentFailed:
    """A film that could not be completed; `kind` says who was asked: wikidata, search, page, tmdb or histogram.

    `absent` when the upstream positively has nothing for it. `key` is a slug, a title, or movie/ID for TMDB.
    `film_ids` are the films asked for; without them the key says which they are.
    """

    key: str
    kind: str
    reason: str
    absent: bool
    film_ids: tuple[int, ...] = ()


Failure = ListingFailed | FilmListFailed | EnrichmentFailed
Observation = (
    ListingRead
    | FeedRead
    | PeopleRead
    | FilmListRead
    | FilmRead
    | HistogramRead
    | WikidataRead
    | SearchRead
    | TmdbRead
    | TmdbUnchanged
    | TmdbMerged
    | IdentityDoubted
    | Failure
)
