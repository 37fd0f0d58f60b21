"""Grids of posters: films, likes, watchlists, lists."""

from dataclasses import dataclass
from typing import NamedTuple

from crawler.items.info import PageInfo


class Tile(NamedTuple):
    """One poster of a grid. On lists `rating` is the list owner's; `liked` is False where likes are not shown.

    The oldest generations show no year and no id. A page has 72 of these, and frozen dataclasses take three
    times as long to make.
    """

    slug: str
    letterboxd_id: int | None
    title: str
    year: int | None
    rating: int | None = None
    liked: bool = False


@dataclass(frozen=True, slots=True)
class GridPage:
    """One page of a member's films, likes or watchlist; `owner` is lower-case.

    `reactions` says whether the tiles show what the member made of the films, be it nothing.
    """

    info: PageInfo
    owner: str | None
    tiles: tuple[Tile, ...]
    reactions: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list, or of a watchlist, which has no title and is not ranked."""

    info: PageInfo
    owner: str | None
    title: str | None
    ranked: bool
    tiles: tuple[Tile, ...]
