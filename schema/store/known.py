"""What the last completed readings of a listing stored: the tiles that a delta stops at and a sweep looks for."""

from collections import defaultdict
from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, text


class KnownTile(NamedTuple):
    """A film as this listing would show it. `read` says that a completed reading of the listing vouches for it.

    What a feed or an export has told since then is known, but says nothing about the tiles below it.
    `staged` films were met already by the unfinished reading of the run at hand.
    """

    letterboxd_id: int | None
    slug: str | None
    rating: int | None
    liked: bool
    read: bool
    staged: bool


# The rows of `ratings` that a listing shows.
SHOWN = {"rated": "r.rating IS NOT NULL", "likes": "r.liked AND r.rating IS NULL"}


def tiles(connection: Connection, run_id: int, member_ids: Collection[int], kind: str) -> dict[int, list[KnownTile]]:
    """The known tiles of a listing ("rated" or "likes") by member; members never read to the end are left out.

    What an unfinished run has read is staged, not stored, so it never shows here.
    """
    found: dict[int, list[KnownTile]] = defaultdict(list)
    rows = connection.execute(
        text(
            "SELECT l.member_id, f.letterboxd_id, f.slug, r.rating, r.liked,"
            " r.source = 'crawl' OR coalesce(r.observed_at <= l.observed_at, false),"
            " EXISTS (SELECT FROM listing_pages p WHERE p.run_id = :run AND p.member_id = l.member_id"
            " AND p.kind = l.kind AND f.id = ANY(p.film_ids)), f.id"
            f" FROM listings l LEFT JOIN ratings r ON r.member_id = l.member_id AND {SHOWN[kind]}"
            " LEFT JOIN films f ON f.id = r.film_id"
            " WHERE l.member_id = ANY(:members) AND l.kind = :kind AND l.swept_at IS NOT NULL"
        ),
        {"run": run_id, "members": list(member_ids), "kind": kind},
    )
    for member_id, *tile, film_id in rows:
        known = found[member_id]
        if film_id is not None:
            known.append(KnownTile(*tile))
    return dict(found)
