"""A member's listing is staged page by page and swapped in whole, so that nobody ever sees half of one.

What an unfinished run has read stays out of `ratings`; a run that died goes on from its staged pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.store import reactions, vectors
from schema.store.bulk import empty_temporary
from schema.store.locks import hold_back_merges, hold_member
from schema.store.reactions import INCOMING, INCOMING_COLUMNS

# The facets each kind of listing knows about the films it holds, and the one it takes back from the rest.
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "rated": (("rating", "liked"), "rating"),
    "likes": (("rating", "liked"), "liked"),
    "profile": (("favorite",), "favorite"),
}


# How a listing can be read, and what such a reading cannot see.
WAYS = {
    "whole": "every page",
    "newest": "newest first, until what the last completed reading stored; nothing that was taken back shows,"
    " nor a like given to a film rated long ago",
    "allowed": "every page, because robots.txt forbids the order by rating date",
    "feed": "the feed, because robots.txt forbids the order by rating date; nothing rated without a diary entry shows,"
    " nor anything that was taken back",
}


class IncompleteListing(RuntimeError):
    """A listing was to be swapped in although one of its pages had not been staged."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come with one listing: `pages` staged, `next_url` to ask for, or `complete`.

    `way` is the one of WAYS that it goes, None when nothing is staged.
    """

    complete: bool
    pages: int
    next_url: str | None
    way: str | None = None


_FRESH = Progress(complete=False, pages=0, next_url=None)


def progress(connection: Connection, run_id: int, member_id: int, kind: str) -> Progress:
    """Where a run left this listing; nothing staged, or with a gap, and not complete means: from the start."""
    done = connection.execute(
        text("SELECT run_id = :run FROM listings WHERE member_id = :member AND kind = :kind"),
        {"run": run_id, "member": member_id, "kind": kind},
    ).scalar()
    if done:
        return Progress(True, 0, None)
    last, staged, next_url, way = connection.execute(
        text(
            "SELECT max(page), count(*), (array_agg(next_url ORDER BY page DESC))[1], min(way)"
            " FROM listing_pages"
            " WHERE run_id = :run AND member_id = :member AND kind = :kind"
        ),
        {"run": run_id, "member": member_id, "kind": kind},
    ).one()
    if staged != last or next_url is None:
        return _FRESH
    return Progress(False, last, next_url, way)


@dataclass(frozen=True, slots=True)
class StagedPage:
    """Page `number` (from 1) of a reading: (film id, half-stars or None, liked) for each tile.

    `next_url` is where the reading goes on, None when this page ends it.
    """

    member_id: int
    kind: str
    number: int
    films: Sequence[tuple[int, int | None, bool]]
    next_url: str | None
    observed_at: datetime
    way: str = "whole"


def stage(connection: Connection, run_id: int, pages: Sequence[StagedPage]) -> None:
    """Keeps pages until their listings are complete. A first page starts its listing over."""
    for page in pages:
        if page.number == 1:
            connection.execute(
                text("DELETE FROM listing_pages WHERE run_id = :run AND member_id = :member AND kind = :kind"),
                {"run": run_id, "member": page.member_id, "kind": page.kind},
            )
    connection.execute(
        text(
            "INSERT INTO listing_pages (run_id, member_id, kind, page, film_ids, ratings, liked, way,"
            " next_url, observed_at) VALUES (:run, :member, :kind, :page, CAST(:films AS int[]),"
            " CAST(:ratings AS smallint[]), CAST(:liked AS boolean[]), :way, :next, :at)"
            " ON CONFLICT (run_id, member_id, kind, page) DO UPDATE SET film_ids = excluded.film_ids,"
            " ratings = excluded.ratings, liked = excluded.liked, way = excluded.way,"
            " next_url = excluded.next_url, observed_at = excluded.observed_at"
        ),
        [
            {
                "run": run_id,
                "member": page.member_id,
                "kind": page.kind,
                "page": page.number,
                **dict(zip(("films", "ratings", "liked"), _columns(page.films), strict=True)),
                "way": page.way,
                "next": page.next_url,
                "at": page.observed_at,
            }
            for page in pages
        ],
    )


def _columns(films: Sequence[tuple[int, int | None, bool]]) -> list[str]:
    """Three arrays as Postgres reads them. psycopg looks at every element, which is half the cost of staging."""
    columns = zip(*films, strict=True) if films else ((), (), ())
    return ["{" + str(list(column))[1:-1].replace("None", "NULL") + "}" for column in columns]


# Of a film met on two pages — the listing shifted while it was read — the later page counts. A film may have
# been merged into another since its page was staged.
_UNSTAGE = text(
    f"""
    WITH staged AS (
        DELETE FROM listing_pages WHERE run_id = :run AND member_id = :member AND kind = :kind RETURNING *
    ), tiles AS (
        INSERT INTO {INCOMING} (member_id, film_id, rating, liked, favorite, observed_at)
        SELECT DISTINCT ON (film)
               member_id, coalesce(merged.kept_id, tile.film_id) AS film, tile.rating, tile.liked, kind = 'profile',
               observed_at
        FROM staged, unnest(film_ids, ratings, liked) AS tile(film_id, rating, liked)
             LEFT JOIN film_merges merged ON merged.gone_id = tile.film_id
        ORDER BY film, page DESC
        RETURNING film_id
    )
    SELECT min(observed_at) AS began, (SELECT count(*) FROM tiles) AS found,
           max(page) = count(*) AS gapless, min(way) AS way
    FROM staged
    """
)


def complete(connection: Connection, run_id: int, member_id: int, kind: str) -> int:
    """Makes the staged pages the truth of this listing; returns how many rows of `ratings` changed.

    Films that a reading of every page lacks lose what this listing vouches for; one that went newest first
    takes nothing back. Pages with a gap raise IncompleteListing. What began before the last reading of every
    page is dropped: the newest observation wins.
    """
    hold_back_merges(connection)
    hold_member(connection, member_id)
    empty_temporary(connection, INCOMING, INCOMING_COLUMNS)
    staged = connection.execute(_UNSTAGE, {"run": run_id, "member": member_id, "kind": kind}).one()
    if staged.began is None:
        return 0  # completed already, by whoever held the member before us
    if not staged.gapless:
        raise IncompleteListing(f"{kind}: its last page is here, but one before it is not")
    swept = connection.execute(
        text("SELECT swept_at FROM listings WHERE member_id = :member AND kind = :kind"),
        {"member": member_id, "kind": kind},
    ).scalar()
    if swept is not None and swept > staged.began:
        return 0
    facets, lost = KINDS[kind]
    changed = reactions.merge_incoming(connection, facets, source="crawl", record=swept is not None)
    if staged.way != "newest":
        changed += _take_back(connection, run_id, member_id, kind, lost, staged.began)
    if changed:
        vectors.rewrite(connection, [member_id])
    record(connection, run_id, member_id, kind, observed_at=staged.began, found=staged.found, way=staged.way)
    return changed


def _take_back(connection: Connection, run_id: int, member_id: int, kind: str, lost: str, began: datetime) -> int:
    """Withdraws `lost` from the films that the reading in INCOMING lacks; returns how many."""
    gone = reactions.not_incoming(connection, member_id, lost, observed_at=began, only_unrated=kind == "likes")
    taken = [lost]
    if kind == "rated" and _whole_in(connection, run_id, member_id, "likes"):
        # This run's likes came first and spared whatever still had a rating: had one of these been a like
        # without a rating, they would have said so, and it would not be here.
        taken.append("liked")
    reactions.withdraw(connection, member_id, taken, gone, source="crawl", observed_at=began)
    return len(gone)


def _whole_in(connection: Connection, run_id: int, member_id: int, kind: str) -> bool:
    """Whether this run has read every page of another listing of the member."""
    return bool(
        connection.execute(
            text(
                "SELECT run_id = :run AND way NOT IN ('newest', 'feed') FROM listings"
                " WHERE member_id = :member AND kind = :kind"
            ),
            {"run": run_id, "member": member_id, "kind": kind},
        ).scalar()
    )


def record(
    connection: Connection,
    run_id: int | None,
    member_id: int,
    kind: str,
    *,
    observed_at: datetime,
    found: int,
    way: str = "whole",
) -> None:
    """Notes that a run has read this listing to the end of its way, or, without one, that an export told it whole."""
    connection.execute(
        text(
            "INSERT INTO listings AS l (member_id, kind, run_id, observed_at, way, swept_at, found)"
            " VALUES (:member, :kind, :run, :at, :way, :swept, :found) ON CONFLICT (member_id, kind) DO UPDATE SET"
            " run_id = excluded.run_id, observed_at = excluded.observed_at, way = excluded.way,"
            " swept_at = coalesce(excluded.swept_at, l.swept_at), found = coalesce(excluded.found, l.found),"
            " error = NULL"
        ),
        {
            "member": member_id,
            "kind": kind,
            "run": run_id,
            "at": observed_at,
            "way": way,
            "swept": None if way == "newest" else observed_at,
            "found": None if way == "newest" else found,
        },
    )


def stand_in(connection: Connection, run_id: int, member_id: int, kind: str) -> None:
    """Notes that a run has read the member's feed in the place of this listing, which is known as of before."""
    connection.execute(
        text(
            "UPDATE listings SET run_id = :run, way = 'feed', error = NULL WHERE member_id = :member AND kind = :kind"
        ),
        {"member": member_id, "kind": kind, "run": run_id},
    )


def fail(connection: Connection, member_id: int, kind: str, error: str) -> None:
    """Notes why the last attempt at this listing ended; what was known of it stays."""
    connection.execute(
        text(
            "INSERT INTO listings (member_id, kind, error) VALUES (:member, :kind, :error)"
            " ON CONFLICT (member_id, kind) DO UPDATE SET error = excluded.error"
        ),
        {"member": member_id, "kind": kind, "error": error},
    )
