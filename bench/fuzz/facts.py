"""What records say, taken apart for comparison, and what a page says in one place alone.

Nobody can notice that a fact changed when its page states it once: a member's display name, the runtime in a
film's footer, the title in the `alt` of an old poster. Such facts are left out where a mutation may have changed
them, and so are reactions where two pages were joined between a film and what was made of it. Neither can it be
noticed that entries are gone where no total is advertised, or where the total does not count what is listed: on
filtered listings, on tables of people, whose counts lag behind, on the last page of a diary, in TMDB's searches.
"""

import dataclasses
import re
from typing import Any

from bench.fuzz.subjects import Subject
from crawler.items import DiaryPage, FeedPage, GridPage, ListPage, PeoplePage, ProfilePage, TmdbMatches, WikidataPage
from crawler.pages.kinds import listing_of

_ENTRIES = {
    GridPage: "tiles",
    ListPage: "tiles",
    PeoplePage: "people",
    DiaryPage: "entries",
    FeedPage: "items",
    TmdbMatches: "matches",
    WikidataPage: "titles",
    ProfilePage: "favorites",
}
_TOLD_ONCE = {
    "list": {"rating", "title"},
    "likes": {"liked"},
    "rated": {"liked"},
    "diary": {"viewing_id", "liked", "rewatch", "reviewed", "watched_date"},
    "following": {"display_name"},
    "profile": {"avatar_url", "films_count", "following_count", "followers_count", "display_name"},
    "film": {
        *("runtime_minutes", "imdb_id", "tmdb_id", "tmdb_type", "directors", "genres", "countries"),
        *("poster_url", "average", "rating_count"),
    },
    "filmjson": {"slug", "title", "original_title", "year", "runtime_minutes", "directors"},
    # When one of a list is gone, who was cut off behind the leading cast moves up, and another length is the first.
    "tmdb": {"credits", "runtime_minutes"},
    "histogram": {"fans", "average", "slug"},
    "wikidata": {"imdb_id"},
    "rss": {
        *("owner", "guid", "entry_id", "title", "year", "published", "link", "slug"),
        *("liked", "rewatch", "watched_date", "tmdb_id", "tmdb_type"),
    },
}
# B1 has the year in the full name alone.
_TOLD_ONCE_BY_GENERATION = {"B1": {"year"}, "0": {"title", "year"}, "A0": {"title", "year"}, "A": {"title", "year"}}
# Without these, a poster does not say twice which id its slug has.
_TIES_OF_IDS = (b"posteredBaseLink", b'class="poster-viewingdata" data-item-uid')
_REACTIONS = frozenset({"rating", "liked", "rewatch", "reviewed", "watched_date", "viewing_id"})
_ADDRESS = re.compile(rb'"og:url" content="([^"]*)"')


def told_once(subject: Subject) -> frozenset[str]:
    """The facts that the page states in one place alone."""
    ids = set() if any(mark in subject.page.body for mark in _TIES_OF_IDS) else {"letterboxd_id"}
    by_generation = _TOLD_ONCE_BY_GENERATION.get(subject.generation, set())
    return frozenset(_TOLD_ONCE.get(subject.kind, set()) | by_generation | ids)


def repeats_nothing(subject: Subject) -> bool:
    """Whether nothing of the page is said twice: answers of TMDB and Wikidata."""
    return subject.kind in ("tmdb", "wikidata")


def is_held_to_its_total(subject: Subject) -> bool:
    """Whether the total that the page advertises says how many entries it must have."""
    record = subject.record
    if isinstance(record, PeoplePage | TmdbMatches) or (isinstance(record, DiaryPage) and record.info.next_url is None):
        return False
    address = _ADDRESS.search(subject.page.body)
    listing = listing_of(address[1].decode()) if address else None
    return record.info.total is not None and not (listing and listing.filtered)


def entries(record: Any) -> tuple[Any, ...]:
    """The entries of a page that lists some."""
    return getattr(record, _ENTRIES[type(record)]) if type(record) in _ENTRIES else ()


def page_facts(record: Any) -> dict[str, Any]:
    """What is said of the page as a whole, or of the one thing that it is about."""
    aside = {"info", _ENTRIES.get(type(record))}
    return {name: value for name, value in fields(record).items() if name not in aside}


def fields(record: Any) -> dict[str, Any]:
    """A record's fields, without going into them."""
    if dataclasses.is_dataclass(record):
        return {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
    return record._asdict()


def same(one: dict[str, Any], other: dict[str, Any], apart: frozenset[str] = frozenset()) -> bool:
    """Whether two sets of facts agree, apart from those named."""
    return all(name in apart or value == other[name] for name, value in one.items())


def part(one: dict[str, Any], whole: dict[str, Any], apart: frozenset[str] = frozenset()) -> bool:
    """Whether one says nothing that the whole does not say; an absence says nothing."""
    return all(name in apart or _is_part(value, whole[name]) for name, value in one.items())


def stitched(entry: Any, known: list[Any], apart: frozenset[str]) -> bool:
    """Whether an entry is one of those known, apart from reactions and facts told once, which may be another's."""
    said = fields(entry)
    loose = apart | _REACTIONS
    return any(same(said, fields(other), loose) for other in known if type(other) is type(entry))


def _is_part(value: Any, whole: Any) -> bool:
    if value in (None, False) or value == whole:
        return True
    return isinstance(value, tuple) and isinstance(whole, tuple) and set(value) <= set(whole)
