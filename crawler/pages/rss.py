"""Reads a member's feed in its three generations."""

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from crawler.items import FeedItem, FeedPage, PageInfo
from crawler.pages.errors import MarkupDrift, TruncatedPage, UnexpectedKind
from crawler.pages.poster import SLUG
from crawler.pages.source import Source
from crawler.pages.text import clean, half_stars, number, username
from crawler.pages.trust import reader

_LETTERBOXD = "{https://letterboxd.com}"
_TMDB = "{https://themoviedb.org}"
_GUID = re.compile(r"letterboxd-(watch|review|list)-([0-9]{1,18})")
_OWNER = re.compile(r"https?://[^/]+/([^/\s]+)/")
_FILM_LINK = re.compile(rf"https?://[^/]+/([^/\s]+)/film/({SLUG})/(?:[0-9]+/)?")
_LIST_LINK = re.compile(r"https?://[^/]+/([^/\s]+)/list/[^/\s]+/")
_STARS_OF_TITLE = re.compile(r".* - ([★½]+)(?: \(contains spoilers\))?", re.DOTALL)
# .../film-poster/3/3/5/3/8/4/335384-phantom-thread-0-600-0-900-crop.jpg: all 37 of the two feeds at hand whose
# films are in the exports too have the number that the export gives (2026-11).
_POSTER = re.compile(r"/film-poster/((?:[0-9]/){1,9})([0-9]{1,9})-")
_MEMBER_RATING = re.compile(r"([0-5])\.([05])")


@reader
def parse(source: Source) -> FeedPage:
    """The items of `/{user}/rss/`, in feed order."""
    root = _tree(source)
    channel = root.find("channel")
    owner = _OWNER.fullmatch(_text(channel, "link") or "") if channel is not None else None
    if root.tag != "rss" or channel is None or owner is None:
        raise UnexpectedKind(f"XML <{root.tag}> that is no member's feed")
    items = tuple(_read_item(item, owner[1]) for item in channel.findall("item"))
    if len({(item.kind == "list", item.entry_id) for item in items}) != len(items):
        raise MarkupDrift(f"{len(items)} items with the same entry twice")
    info = PageInfo("rss", _generation(root, channel), source.url, len(items))
    return FeedPage(info, username(owner[1], "the feed's owner"), items)


def _tree(source: Source) -> etree._Element:
    text = source.text.lstrip()
    start = text.partition("<rss")[0]
    # A feed has no doctype, so nothing in it can define entities that grow.
    if start == text or "<!doctype" in start.lower():
        raise UnexpectedKind(f"no feed but {text[:40]!r}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, encoding="utf-8")
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise TruncatedPage(f"XML that breaks: {error}") from error


def _read_item(item: etree._Element, owner: str) -> FeedItem:
    guid = _text(item, "guid") or ""
    match = _GUID.fullmatch(guid)
    if match is None:
        raise MarkupDrift(f"an item with guid {guid!r}")
    if match[1] == "list":
        return _read_list(item, guid, int(match[2]), owner)
    link = _text(item, "link") or ""
    film = _FILM_LINK.fullmatch(link)
    if film is None or film[1].lower() != owner.lower():
        raise MarkupDrift(f"{guid}: a link to {link!r} in the feed of {owner}")
    year = _text(item, f"{_LETTERBOXD}filmYear")
    tmdb_type, tmdb_id = _tmdb(item, guid)
    return FeedItem(
        kind=match[1],
        entry_id=int(match[2]),
        guid=guid,
        link=link,
        published=_published(item, guid),
        title=clean(_text(item, f"{_LETTERBOXD}filmTitle"), f"{guid}: filmTitle"),
        slug=film[2],
        letterboxd_id=_letterboxd_id(item),
        year=number(year, f"{guid}: filmYear") or None if year else None,
        rating=_rating(item, guid),
        liked=_yes_or_no(item, "memberLike", guid),
        rewatch=_yes_or_no(item, "rewatch", guid),
        watched_date=_watched_date(item, guid),
        tmdb_id=tmdb_id,
        tmdb_type=tmdb_type,
    )


def _read_list(item: etree._Element, guid: str, entry_id: int, owner: str) -> FeedItem:
    link = _text(item, "link") or ""
    match = _LIST_LINK.fullmatch(link)
    if match is None or match[1].lower() != owner.lower():
        raise MarkupDrift(f"{guid}: a link to {link!r} in the feed of {owner}")
    return FeedItem(
        kind="list",
        entry_id=entry_id,
        guid=guid,
        link=link,
        published=_published(item, guid),
        title=clean(_text(item, "title"), f"{guid}: title"),
        slug=None,
        letterboxd_id=None,
        year=None,
        rating=None,
        liked=None,
        rewatch=None,
        watched_date=None,
        tmdb_id=None,
        tmdb_type=None,
    )


def _generation(root: etree._Element, channel: etree._Element) -> str:
    """R1 since 2020, R2 with TMDB ids since 2024, R3 with the like on every diary item since 2026."""
    liked = len(channel.findall(f"item/{_LETTERBOXD}memberLike"))
    rewatch = len(channel.findall(f"item/{_LETTERBOXD}rewatch"))
    if liked and liked < rewatch:
        raise MarkupDrift(f"{liked} of {rewatch} diary items say whether the film is liked")
    if liked:
        return "R3"
    return "R2" if _TMDB.strip("{}") in root.nsmap.values() else "R1"


def _rating(item: etree._Element, guid: str) -> int | None:
    """Half-stars; they must be those that the item's title shows."""
    stated = _text(item, f"{_LETTERBOXD}memberRating")
    match = _MEMBER_RATING.fullmatch(stated) if stated else None
    rating = int(match[1]) * 2 + (match[2] == "5") if match else None
    if stated and not (match and 1 <= rating <= 10):
        raise MarkupDrift(f"{guid}: memberRating is {stated!r}")
    shown = _STARS_OF_TITLE.fullmatch(_text(item, "title") or "")
    if (half_stars(shown[1], guid) if shown else None) != rating:
        raise MarkupDrift(f"{guid}: memberRating {stated} and title {_text(item, 'title')!r}")
    return rating


def _letterboxd_id(item: etree._Element) -> int | None:
    match = _POSTER.search(_text(item, "description") or "")
    return int(match[2]) if match and match[1].replace("/", "") == match[2] else None


def _tmdb(item: etree._Element, guid: str) -> tuple[str | None, int | None]:
    for tmdb_type, name in (("movie", "movieId"), ("tv", "tvId")):
        stated = _text(item, f"{_TMDB}{name}")
        if stated:
            return tmdb_type, number(stated, f"{guid}: {name}")
    return None, None


def _yes_or_no(item: etree._Element, name: str, guid: str) -> bool | None:
    stated = _text(item, f"{_LETTERBOXD}{name}")
    if stated not in (None, "Yes", "No"):
        raise MarkupDrift(f"{guid}: {name} is {stated!r}")
    return None if stated is None else stated == "Yes"


def _watched_date(item: etree._Element, guid: str) -> date | None:
    stated = _text(item, f"{_LETTERBOXD}watchedDate")
    try:
        return date.fromisoformat(stated) if stated else None
    except ValueError as error:
        raise MarkupDrift(f"{guid}: watchedDate is {stated!r}") from error


def _published(item: etree._Element, guid: str) -> datetime:
    stated = _text(item, "pubDate") or ""
    try:
        published = parsedate_to_datetime(stated)
    except (ValueError, TypeError, IndexError) as error:
        raise MarkupDrift(f"{guid}: pubDate is {stated!r}") from error
    if published.tzinfo is None:
        raise MarkupDrift(f"{guid}: pubDate {stated!r} has no time zone")
    return published


def _text(element: etree._Element, name: str) -> str | None:
    """The text of a child without the white space around it; None for an absent or empty one."""
    return (element.findtext(name) or "").strip() or None
