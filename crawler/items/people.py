"""Members, and one member's profile."""

from dataclasses import dataclass

from crawler.items.info import PageInfo
from crawler.items.listings import Tile


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
