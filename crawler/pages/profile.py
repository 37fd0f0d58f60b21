"""Reads a member's profile: favourites and the counts of its header."""

import re

from selectolax.lexbor import LexborNode

from crawler.items import PageInfo, ProfilePage
from crawler.pages.errors import CountMismatch, MarkupDrift, UnknownGeneration
from crawler.pages.grid import Grid, read_grid
from crawler.pages.kinds import body_kind, require
from crawler.pages.poster import YEARLESS
from crawler.pages.source import Source
from crawler.pages.text import clean, contains_words, number, plain, username
from crawler.pages.trust import reader

_MOST_FAVORITES = 4
_WATCHED = re.compile(r"([0-9][0-9,]*) films? watched\.")
_ANNOUNCED = re.compile(r"films? watched\. Favorites: (.*?)(?:\. Bio: |$)")
_YEAR = re.compile(r"\((?:18|19|20)[0-9]{2}\)")
_NAMES = {"film": "films", "follower": "followers"}
_NO_FAVORITES = Grid(None, (), reactions=False, numbered=False)


@reader
def parse(source: Source) -> ProfilePage:
    """The page `/{user}/`; a profile without a favourites section has none."""
    kind = require(source, body_kind(source), "profile")
    header = source.tree.css_first("section.profile-header, #profile-header")
    person = header.attributes.get("data-person") if header else None
    owner = source.body.attributes.get("data-owner") or person
    if header is None or not owner:
        raise MarkupDrift("a profile that does not say whose it is")
    if person and person.lower() != owner.lower():
        raise MarkupDrift(f"a profile of {owner} with the header of {person}")
    description = _meta(source, 'meta[name="description"]')
    favorites = _read_favorites(source, description)
    counts = _counts(header)
    watched = _WATCHED.search(description)
    films = counts.get("films", number(watched[1], "films watched") if watched else None)
    info = PageInfo(kind, favorites.generation, source.url, 1, whole=source.is_document)
    return ProfilePage(
        info=info,
        username=username(owner, "data-owner"),
        display_name=_display_name(source, owner),
        favorites=favorites.tiles,
        films_count=films,
        following_count=counts.get("following"),
        followers_count=counts.get("followers"),
        avatar_url=_avatar(header),
    )


def _read_favorites(source: Source, description: str) -> Grid:
    section = source.tree.css_first("section#favourites")
    grid = section.css_first("ul") if section is not None else None
    if section is not None and grid is None:
        raise UnknownGeneration("a favourites section without a list of posters")
    favorites = read_grid(grid) if grid is not None else _NO_FAVORITES
    if len(favorites.tiles) > _MOST_FAVORITES:
        raise CountMismatch(f"{len(favorites.tiles)} favourites, at most {_MOST_FAVORITES} are possible")
    announced = _ANNOUNCED.search(description)
    if announced:
        _check_announced(announced[1], favorites)
    return favorites


def _check_announced(names: str, favorites: Grid) -> None:
    """The description of the page names the favourites, with their years, by which they are counted."""
    named = len(_YEAR.findall(names))
    dated = sum(tile.year is not None for tile in favorites.tiles)
    undated_markup = favorites.generation in YEARLESS and named <= len(favorites.tiles)
    unnamed = [tile.title for tile in favorites.tiles if not contains_words(names, tile.title)]
    if not favorites.tiles or unnamed or (named != dated and not undated_markup):
        raise CountMismatch(f"{len(favorites.tiles)} favourites, others in the page's description: {names}")


def _counts(header: LexborNode) -> dict[str, int]:
    values = header.css(".value")
    # One of a kind is in the singular: "1 Film".
    names = [_NAMES.get(name, name) for name in (part.text().strip().lower() for part in header.css(".definition"))]
    if len(values) != len(names) or len(set(names)) != len(names):
        raise MarkupDrift(f"a profile with {len(values)} counts of {names}")
    return {name: number(value.text(), f"the profile's {name}") for name, value in zip(names, values, strict=True)}


def _display_name(source: Source, owner: str) -> str:
    name = source.tree.css_first(".displayname, .person-display-name, h1.title-1")
    return clean(name.text() if name else owner, "display name")


def _avatar(header: LexborNode) -> str | None:
    image = header.css_first(".profile-avatar .avatar img, .profile-mini-person img")
    return image.attributes.get("src") if image else None


def _meta(source: Source, selector: str) -> str:
    meta = source.tree.css_first(selector)
    return plain(meta.attributes.get("content")) if meta else ""
