"""Takes in members' feeds: their newest diary entries, each seen once however often it is shown.

A feed only adds. An entry is as old as its publication, so that it never overwrites what was observed since; one
that is shown with another rating or like than before was changed now.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, text

from schema.store import cohorts, films, identities, listings, merges, reactions, vectors
from schema.store.bulk import fill_temporary
from schema.store.films import Identity
from schema.store.locks import hold_back_merges, hold_member
from schema.store.reactions import INCOMING, INCOMING_COLUMNS, Reaction

SOURCE = "rss"
WINDOW = 50  # diary entries that a feed shows at most


@dataclass(frozen=True, slots=True)
class Due:
    """A member whose feed may be asked for now, with the validators of the last answer."""

    username: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A diary entry of a feed; `liked` is None where the feed does not tell, `rating` None says nothing."""

    entry_id: int
    film: Identity
    published: datetime
    rating: int | None
    liked: bool | None
    rewatch: bool | None
    watched_date: date | None
    link: str


def opted_in(connection: Connection) -> list[str]:
    """Usernames of the members who gave leave to read their feed."""
    return list(
        connection.execute(
            text(
                "SELECT m.username FROM consents c JOIN members m ON m.id = c.member_id"
                " WHERE c.source = 'rss' AND c.withdrawn_at IS NULL ORDER BY 1"
            )
        ).scalars()
    )


def claim(
    connection: Connection,
    usernames: Collection[str] | None,
    now: datetime,
    interval: timedelta,
    *,
    opted_in: bool = True,
) -> list[Due]:
    """The feeds to ask for now, among `usernames` or all: none twice within `interval`.

    Those of members who opted in or, where a crawl may ask for anybody's pages, of all who have not opted out.
    Whoever claims a feed counts as having asked, so that two workers never ask for one.
    """
    rows = connection.execute(
        text(
            "WITH claimed AS (INSERT INTO feeds AS f (member_id, asked_at)"
            " SELECT m.id, :now FROM members m WHERE (CAST(:names AS text[]) IS NULL OR m.username = ANY(:names))"
            " AND coalesce((SELECT bool_or(c.withdrawn_at IS NULL) FROM consents c"
            " WHERE c.member_id = m.id AND c.source = 'rss'), NOT CAST(:consent AS boolean)) ORDER BY m.id"
            " ON CONFLICT (member_id) DO UPDATE SET asked_at = excluded.asked_at"
            " WHERE f.asked_at <= CAST(:now AS timestamptz) - CAST(:interval AS interval)"
            " RETURNING member_id, etag, last_modified)"
            " SELECT m.username, etag, last_modified FROM claimed JOIN members m ON m.id = member_id ORDER BY 1"
        ),
        {
            "now": now,
            "interval": interval,
            "names": None if usernames is None else list(usernames),
            "consent": opted_in,
        },
    )
    return [Due(*row) for row in rows]


def keep_validators(connection: Connection, member_id: int, etag: str | None, last_modified: str | None) -> None:
    """Remembers what to send along next time, so that an unchanged feed is not sent again."""
    connection.execute(
        text("UPDATE feeds SET etag = :etag, last_modified = :modified WHERE member_id = :member"),
        {"member": member_id, "etag": etag, "modified": last_modified},
    )


def tell(connection: Connection, member_id: int, entries: Sequence[Entry], observed_at: datetime) -> str | None:
    """Stores a feed's diary entries and the reactions they tell; the reason when some were missed in between."""
    found = films.resolve(connection, _identities(connection, [entry.film for entry in entries]))
    _learn_tmdb(connection, dict(zip(found, (entry.film.tmdb for entry in entries), strict=True)))
    hold_back_merges(connection)
    hold_member(connection, member_id)
    known = set(
        connection.execute(text("SELECT entry_id FROM feed_items WHERE member_id = :m"), {"m": member_id}).scalars()
    )
    read_at = _read_at(connection, member_id)
    missed = _missed(entries, known, read_at)
    _keep(connection, member_id, merges.follow(connection, found), entries, observed_at)
    _react(connection, member_id, read_at, record=bool(known) or read_at is not None)
    return missed


def reaches_back(connection: Connection, username: str, published: Sequence[datetime] | None = None) -> bool:
    """Whether a feed's entries, by when they were published, go back to when all the member's ratings were known.

    Without `published`, the newest of those that are kept count.
    """
    read_at, kept = connection.execute(
        text(
            "SELECT (SELECT observed_at FROM listings l WHERE l.member_id = m.id AND kind = 'rated'),"
            " ARRAY(SELECT i.published FROM feed_items i WHERE i.member_id = m.id ORDER BY 1 DESC LIMIT :window)"
            " FROM members m WHERE m.username = :name"
        ),
        {"name": username, "window": WINDOW},
    ).one()
    published = kept if published is None else published
    return len(published) < WINDOW or (read_at is not None and min(published) <= read_at)


def last_read(connection: Connection, username: str) -> datetime | None:
    """When a member's feed was read, if it has not been asked for, in vain, since."""
    return connection.execute(
        text(
            "SELECT l.observed_at FROM members m JOIN feeds f ON f.member_id = m.id"
            " JOIN listings l ON l.member_id = m.id AND l.kind = 'rss'"
            " WHERE m.username = :name AND l.observed_at >= f.asked_at"
        ),
        {"name": username},
    ).scalar()


def tell_again(connection: Connection, member_id: int) -> None:
    """Writes the reactions that the entries kept tell, after others have gone. The caller rewrites the vector."""
    _put(connection, member_id, _read_at(connection, member_id), record=False)


def forget(connection: Connection, member_id: int) -> None:
    """Removes what was kept of a member's feed; the reactions it told are another matter."""
    for table in ("feed_items", "feeds"):
        connection.execute(text(f"DELETE FROM {table} WHERE member_id = :member"), {"member": member_id})
    connection.execute(text("DELETE FROM listings WHERE member_id = :member AND kind = 'rss'"), {"member": member_id})


def _identities(connection: Connection, told: Sequence[Identity]) -> list[Identity]:
    """A number comes from a poster's address, which is older than the slug; a slug with a number keeps its own.

    A guess by title and year is no such number: the poster decides.
    """
    numbered = set(
        connection.execute(
            text(
                "SELECT s.slug FROM film_slugs s JOIN films f ON f.id = s.film_id"
                " WHERE s.slug = ANY(:slugs) AND f.letterboxd_id IS NOT NULL"
                " AND NOT EXISTS (SELECT FROM film_merges WHERE kept_id = f.id AND guessed AND undone_at IS NULL)"
            ),
            {"slugs": [film.slug for film in told]},
        ).scalars()
    )
    return [replace(film, letterboxd_id=None) if film.slug in numbered else film for film in told]


def _learn_tmdb(connection: Connection, told: dict[int, tuple[str, int] | None]) -> None:
    for film_id, tmdb in told.items():
        if tmdb is None:
            continue
        identities.identify(connection, film_id, tmdb_type=tmdb[0], tmdb_id=tmdb[1], found_by="feed")


def _read_at(connection: Connection, member_id: int) -> datetime | None:
    """Up to when all ratings that the member gave are known: by an export, a sweep, or a delta, which sees new ones."""
    return connection.execute(
        text("SELECT observed_at FROM listings WHERE member_id = :member AND kind = 'rated'"), {"member": member_id}
    ).scalar()


def _missed(entries: Sequence[Entry], known: set[int], read_at: datetime | None) -> str | None:
    if len(entries) < WINDOW or not (known or read_at) or any(entry.entry_id in known for entry in entries):
        return None
    oldest = min(entry.published for entry in entries)
    if read_at is not None and oldest <= read_at:
        return None
    return (
        f"none of the feed's {len(entries)} entries, which go back to {oldest:%Y-%m-%d}, is known: there are others"
        " in between that the feed does not show any more. A new account export tells them (almanac import)"
    )


def _keep(
    connection: Connection, member_id: int, film_ids: Sequence[int], entries: Sequence[Entry], observed_at: datetime
) -> None:
    rows = [
        {
            "member": member_id,
            "entry": entry.entry_id,
            "film": film_id,
            "published": entry.published,
            "rating": entry.rating,
            "liked": entry.liked,
            "rewatch": entry.rewatch,
            "watched": entry.watched_date,
            "link": entry.link,
            "at": observed_at,
        }
        for film_id, entry in zip(film_ids, entries, strict=True)
    ]
    if not rows:
        return
    connection.execute(
        text(
            "INSERT INTO feed_items AS i (member_id, entry_id, film_id, published, rating, liked, rewatch,"
            " watched_date, link, told_at) VALUES (:member, :entry, :film, :published, :rating, :liked, :rewatch,"
            " :watched, :link, least(:published, CAST(:at AS timestamptz)))"
            " ON CONFLICT (member_id, entry_id) DO UPDATE SET film_id = excluded.film_id, rating = excluded.rating,"
            " liked = excluded.liked, rewatch = excluded.rewatch, watched_date = excluded.watched_date,"
            # A feed that begins to tell likes has not changed its entries.
            " link = excluded.link, told_at = CASE WHEN i.rating IS DISTINCT FROM excluded.rating"
            " OR i.liked <> excluded.liked THEN :at ELSE i.told_at END"
        ),
        rows,
    )


def _react(connection: Connection, member_id: int, read_at: datetime | None, *, record: bool) -> None:
    if _put(connection, member_id, read_at, record=record):
        vectors.rewrite(connection, [member_id])
        cohorts.touch_those_of(connection, [member_id])


def _put(connection: Connection, member_id: int, read_at: datetime | None, *, record: bool) -> int:
    """Writes what the entries kept tell, save those that a complete reading has overtaken."""
    entries = connection.execute(
        text(
            "SELECT film_id, rating, liked, published, link, told_at FROM feed_items WHERE member_id = :member"
            " AND (CAST(:read AS timestamptz) IS NULL OR told_at > :read) ORDER BY told_at, published, entry_id"
        ),
        {"member": member_id, "read": read_at},
    )
    told: dict[int, tuple[Reaction, datetime, set[str]]] = {}
    for film_id, rating, liked, published, link, told_at in entries:
        reaction, _, facets = told.get(film_id) or (Reaction(member_id, film_id, watched=True), None, {"watched"})
        reaction = replace(reaction, diary_entry_url=link)
        if rating is not None:
            reaction = replace(reaction, rating=rating, rated_at=published.date())
            facets.add("rating")
        if liked is not None:
            reaction = replace(reaction, liked=liked)
            facets.add("liked")
        told[film_id] = (reaction, told_at, facets)
    groups: dict[tuple[str, ...], list[tuple]] = {}
    for reaction, told_at, facets in told.values():
        groups.setdefault(tuple(sorted(facets)), []).append(reactions.incoming(reaction, told_at))
    return sum(_merge(connection, facets, rows, record=record) for facets, rows in groups.items())


def _merge(connection: Connection, facets: Sequence[str], rows: Iterable[tuple], *, record: bool) -> int:
    fill_temporary(connection, INCOMING, INCOMING_COLUMNS, rows)
    return reactions.merge_incoming(connection, facets, source=SOURCE, record=record)


def read(connection: Connection, run_id: int, member_id: int, *, observed_at: datetime, found: int | None) -> None:
    """Notes that the member's feed was read, or was the same as before (`found` None)."""
    if found is None:
        connection.execute(
            text("UPDATE listings SET observed_at = :at, run_id = :run WHERE member_id = :member AND kind = 'rss'"),
            {"member": member_id, "at": observed_at, "run": run_id},
        )
    else:
        listings.record(connection, run_id, member_id, "rss", observed_at=observed_at, found=found)
