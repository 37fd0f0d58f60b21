"""What single members gave: how their ratings are distributed, their favourites, and what told all that, when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.aggregates import FAVORITE, LIKED, Vector

# Listings that tell what a member thinks of films.
OF_FILMS = ("rated", "likes", "watched", "profile", "rss")

_VECTORS = text(
    "SELECT member_id, film_ids, ratings, flags FROM member_vectors WHERE member_id = ANY(CAST(:members AS int[]))"
).execution_options(binary=True)
_SOURCES = text(
    """
    SELECT member_id, source, sum(reactions), max(at) FROM (
        SELECT member_id, 0 AS reactions, observed_at AS at,
               CASE WHEN kind = 'rss' THEN 'rss' WHEN run_id IS NULL THEN 'export' ELSE 'crawl' END AS source
        FROM listings WHERE member_id = ANY(:members) AND kind = ANY(:kinds) AND observed_at IS NOT NULL
        UNION ALL
        SELECT member_id, count(*), max(observed_at), source FROM ratings WHERE member_id = ANY(:members)
        GROUP BY member_id, source
    ) told GROUP BY member_id, source ORDER BY member_id, max(at) DESC NULLS LAST, source
    """
)


@dataclass(frozen=True, slots=True)
class Profile:
    """A member's reactions in numbers; `histogram` counts their ratings from half a star to five."""

    histogram: list[int]
    watched: int
    liked: int
    favorites: list[int]

    @property
    def rated(self) -> int:
        """Films with a rating."""
        return sum(self.histogram)

    @property
    def average(self) -> float | None:
        """Mean rating in stars; None without ratings."""
        half_stars = sum(value * count for value, count in enumerate(self.histogram, 1))
        return half_stars / self.rated / 2 if self.rated else None


NOTHING = Profile([0] * 10, 0, 0, [])


def by_member(connection: Connection, member_ids: Collection[int]) -> dict[int, Profile]:
    """Profiles by member id; members of whom nothing was ever known are left out."""
    rows = connection.execute(_VECTORS, {"members": list(member_ids)})
    return {member: _profile(Vector.unpack(*packed)) for member, *packed in rows}


def _profile(vector: Vector) -> Profile:
    counts = np.bincount(vector.ratings, minlength=11)
    favorites = vector.film_ids[(vector.flags & FAVORITE) > 0]
    liked = int(np.count_nonzero(vector.flags & LIKED))
    return Profile(counts[1:].tolist(), len(vector.film_ids), liked, favorites.tolist())


@dataclass(frozen=True, slots=True)
class Told:
    """A source that told about a member: how many `reactions` are in its name now, and when it was read last."""

    source: str
    reactions: int
    read_at: datetime | None


def sources(connection: Connection, member_ids: Collection[int]) -> dict[int, list[Told]]:
    """What told about each member, the latest first; members that nothing was told of are left out."""
    found: dict[int, list[Told]] = {}
    for member, source, reactions, at in connection.execute(
        _SOURCES, {"members": list(member_ids), "kinds": list(OF_FILMS)}
    ):
        found.setdefault(member, []).append(Told(source, int(reactions), at))
    return found
