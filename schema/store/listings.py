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


class IncompleteListing(RuntimeError):
    """A listing was to be swapped in although one of its pages had not been staged."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come with one listing: `pages` staged, `next_url` to ask for, or `complete`."""

    complete: bool
    pages: int
    next_url: str | None


def progress(connection: Connection, run_id: int, member_id: int, kind: str) -> Progress:
    """Where a run left this listing; nothing staged, or with a gap, and not complete means: from the start."""
    done = connection.execute(
        text("SELECT run_id = :run FROM listings WHERE member_id = :member AND kind = :kind"),
        {"run": run_id, "member": member_id, "kind": kind},
    ).scalar()
    if done:
        return Progress(True, 0, None)
    last, staged, next_url = connection.execute(
        text(
            "SELECT max(page), count(*), (array_agg(next_url ORDER BY page DESC))[1] FROM listing_pages"
            " WHERE run_id = :run AND member_id = :member AND kind = :kind"
        ),
        {"run": run_id, "member": member_id, "kind": kind},
    ).one()
    if staged != last or next_url is None:
        return Progress(False, 0, None)
    return Progress(False, last, next_url)


@dataclass(frozen=True, slots=True)
class StagedPage:
    """Page `number` (from 1) of a member's listing: (film id, half-stars or None, liked) for each tile."""

    member_id: int
    kind: str
    number: int
    films: Sequence[tuple[int, int | None, bool]]
    next_url: str | None
    observed_at: datetime


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
            "INSERT INTO listing_pages (run_id, member_id, kind, page, film_ids, ratings, liked, next_url,"
            " observed_at) VALUES (:run, :member, :kind, :page, CAST(:films AS int[]),"
            " CAST(:ratings AS smallint[]), CAST(:liked AS boolean[]), :next, :at)"
            " ON CONFLICT (run_id, member_id, kind, page) DO UPDATE SET film_ids = excluded.film_ids,"
            " ratings = excluded.ratings, liked = excluded.liked, next_url = excluded.next_url,"
            " observed_at = excluded.observed_at"
        ),
        [
            {
                "run": run_id,
                "member": page.member_id,
                "kind": page.kind,
                "page": page.number,
                **dict(zip(("films", "ratings", "liked"), _columns(page.films), strict=True)),
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
           max(page) = count(*) AS gapless
    FROM staged
    """
)


def complete(connection: Connection, run_id: int, member_id: int, kind: str) -> int:
    """Makes the staged pages the truth of this listing; returns how many rows of `ratings` changed.

    Films the member no longer lists lose what this listing vouches for, so pages with a gap raise
    IncompleteListing. A reading that began before the
    one applied last is dropped: the newest observation wins.
    """
    hold_back_merges(connection)
    hold_member(connection, member_id)
    empty_temporary(connection, INCOMING, INCOMING_COLUMNS)
    began, found, gapless = connection.execute(_UNSTAGE, {"run": run_id, "member": member_id, "kind": kind}).one()
    if began is None:
        return 0  # completed already, by whoever held the member before us
    if not gapless:
        raise IncompleteListing(f"{kind}: its last page is here, but one before it is not")
    before = connection.execute(
        text("SELECT observed_at FROM listings WHERE member_id = :member AND kind = :kind"),
        {"member": member_id, "kind": kind},
    ).scalar()
    if before is not None and before > began:
        return 0
    facets, lost = KINDS[kind]
    changed = reactions.merge_incoming(connection, facets, source="crawl", record=before is not None)
    gone = reactions.not_incoming(connection, member_id, lost, observed_at=began, only_unrated=kind == "likes")
    taken = [lost]
    if kind == "rated" and progress(connection, run_id, member_id, "likes").complete:
        # This run's likes came first and spared whatever still had a rating: had one of these been a like
        # without a rating, they would have said so, and it would not be here.
        taken.append("liked")
    reactions.withdraw(connection, member_id, taken, gone, source="crawl", observed_at=began)
    changed += len(gone)
    if changed:
        vectors.rewrite(connection, [member_id])
    record(connection, run_id, member_id, kind, observed_at=began, found=found)
    return changed


def record(
    connection: Connection, run_id: int | None, member_id: int, kind: str, *, observed_at: datetime, found: int
) -> None:
    """Notes that a run has read this listing to its end, or, without a run, that an export told all of it."""
    connection.execute(
        text(
            "INSERT INTO listings (member_id, kind, run_id, observed_at, found)"
            " VALUES (:member, :kind, :run, :at, :found) ON CONFLICT (member_id, kind) DO UPDATE SET"
            " run_id = excluded.run_id, observed_at = excluded.observed_at, found = excluded.found, error = NULL"
        ),
        {"member": member_id, "kind": kind, "run": run_id, "at": observed_at, "found": found},
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
