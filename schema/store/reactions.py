"""Writes what members think of films: bulk upserts that touch only what is new, removals that are recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import Connection, text

from schema.store.bulk import fill_temporary

FACETS = ("rating", "liked", "watched", "favorite")

INCOMING = "incoming_reactions"
INCOMING_COLUMNS = {
    "member_id": "int",
    "film_id": "int",
    "rating": "smallint",
    "liked": "boolean",
    "favorite": "boolean",
    "observed_at": "timestamptz",
    "watched": "boolean",
    "rated_at": "date",
    "diary_entry_url": "text",
}
# What a facet holds when a member has taken it back.
_GONE = {"rating": "NULL::smallint", "liked": "false", "watched": "false", "favorite": "false"}
_HELD = {"rating": "rating IS NOT NULL", "liked": "liked", "watched": "watched", "favorite": "favorite"}
# Which column says when a facet was observed. A profile read after a listing must not make the listing look old.
_CLOCK = dict.fromkeys(FACETS, "observed_at") | {"favorite": "favorite_observed_at"}
# And which says by what. A row must have a source, so that one made by a favourite has the favourite's.
_SOURCE = {"observed_at": "source", "favorite_observed_at": "favorite_source"}
# What goes with a rating, kept as long as the rating is, and never written over another teller's.
_DETAILS = """
    rated_at = CASE WHEN r.rating IS DISTINCT FROM excluded.rating THEN excluded.rated_at
                    ELSE coalesce(excluded.rated_at, r.rated_at) END,
    diary_entry_url = coalesce(excluded.diary_entry_url, r.diary_entry_url)"""
_NEW_DETAILS = """ r.source IN ('crawl', excluded.source)
    AND (excluded.rated_at <> r.rated_at OR excluded.diary_entry_url <> r.diary_entry_url
         OR (r.rated_at IS NULL AND excluded.rated_at IS NOT NULL)
         OR (r.diary_entry_url IS NULL AND excluded.diary_entry_url IS NOT NULL))"""


@dataclass(frozen=True, slots=True)
class Reaction:
    """One observed reaction; a facet the source cannot know is left at its default and not written."""

    member_id: int
    film_id: int
    rating: int | None = None
    liked: bool = False
    favorite: bool = False
    watched: bool = False
    rated_at: date | None = None
    diary_entry_url: str | None = None


def upsert(
    connection: Connection,
    reactions: Iterable[Reaction],
    facets: Sequence[str],
    *,
    source: str,
    observed_at: datetime,
    record: bool = True,
) -> int:
    """Writes the `facets` of `reactions`; returns how many rows were inserted or changed.

    Unchanged rows are not written. Facets observed later than `observed_at` are left alone. With `record`
    each change goes to rating_events too; leave it off for a member's first complete reading, which is
    a baseline and no news. Of two reactions to one film the later in order counts.
    """
    latest = {(r.member_id, r.film_id): r for r in reactions}
    fill_temporary(
        connection,
        INCOMING,
        INCOMING_COLUMNS,
        (incoming(reaction, observed_at) for reaction in latest.values()),
    )
    return merge_incoming(connection, facets, source=source, record=record)


def incoming(reaction: Reaction, observed_at: datetime) -> tuple:
    """A row of the temporary table INCOMING."""
    return (
        reaction.member_id,
        reaction.film_id,
        reaction.rating,
        reaction.liked,
        reaction.favorite,
        observed_at,
        reaction.watched,
        reaction.rated_at,
        reaction.diary_entry_url,
    )


def merge_incoming(connection: Connection, facets: Sequence[str], *, source: str, record: bool) -> int:
    """What `upsert` does, with the reactions in the temporary table INCOMING, a film of a member once.

    Facets that are observed together are written together; a row counts once for each such group.
    """
    ordered = sorted(facets, key=_CLOCK.__getitem__)
    return sum(
        _merge(connection, clock, list(group), source=source, record=record)
        for clock, group in groupby(ordered, _CLOCK.__getitem__)
    )


def _merge(connection: Connection, clock: str, facets: Sequence[str], *, source: str, record: bool) -> int:
    if record:
        for facet in facets:
            connection.execute(
                text(
                    "INSERT INTO rating_events (member_id, film_id, facet, before, after, source, observed_at)"
                    f" SELECT i.member_id, i.film_id, '{facet}', r.{facet}::int, i.{facet}::int, :source,"
                    f" i.observed_at FROM {INCOMING} i LEFT JOIN ratings r USING (member_id, film_id)"
                    f" WHERE i.{facet} IS DISTINCT FROM coalesce(r.{facet}, {_GONE[facet]})"
                    f" AND (r.{clock} IS NULL OR r.{clock} <= i.observed_at)"
                ),
                {"source": source},
            )
    written = ", ".join(facets)
    changed = _differ(facets)
    teller = _SOURCE[clock]
    details = "rating" in facets
    columns = [clock, "source"] + (["favorite_source"] if teller != "source" else [])
    values = ["observed_at", ":source"] + ([":source"] if teller != "source" else [])
    if details:
        columns += ["rated_at", "diary_entry_url"]
        values += ["rated_at", "diary_entry_url"]
    # Who only adds to a rating or a like that it was watched, or when, has not told the rating.
    retold = _differ([facet for facet in facets if facet != "watched"])
    if "watched" in facets:
        retold += " OR (r.rating IS NULL AND NOT r.liked)"
    return connection.execute(
        text(
            f"INSERT INTO ratings AS r (member_id, film_id, {written}, {', '.join(columns)})"
            f" SELECT member_id, film_id, {written}, {', '.join(values)} FROM {INCOMING}"
            " ON CONFLICT (member_id, film_id) DO UPDATE SET"
            f" {', '.join(f'{facet} = excluded.{facet}' for facet in facets)},"
            f" {teller} = CASE WHEN {retold} THEN excluded.{teller} ELSE r.{teller} END,"
            f" {clock} = CASE WHEN {retold} THEN excluded.{clock} ELSE r.{clock} END"
            f"{',' + _DETAILS if details else ''}"
            f" WHERE (r.{clock} IS NULL OR r.{clock} <= excluded.{clock})"
            f" AND ({changed}{' OR' + _NEW_DETAILS if details else ''})"
        ),
        {"source": source},
    ).rowcount


def _differ(facets: Sequence[str]) -> str:
    if not facets:
        return "false"
    stored, incoming = (", ".join(f"{side}.{facet}" for facet in facets) for side in ("r", "excluded"))
    return f"({stored}) IS DISTINCT FROM ({incoming})"


def not_incoming(
    connection: Connection, member_id: int, facet: str, *, observed_at: datetime, only_unrated: bool = False
) -> list[int]:
    """Films that hold `facet` here but are not in INCOMING, save those observed after `observed_at`.

    `only_unrated` spares films that have a rating: a listing of unrated likes says nothing about them.
    """
    return list(
        connection.execute(
            text(
                f"SELECT film_id FROM ratings r WHERE member_id = :member AND {_HELD[facet]}"
                f" AND ({_CLOCK[facet]} IS NULL OR {_CLOCK[facet]} <= :at)"
                f" AND NOT EXISTS (SELECT FROM {INCOMING} i WHERE i.film_id = r.film_id)"
                f" {'AND rating IS NULL' if only_unrated else ''}"
            ),
            {"member": member_id, "at": observed_at},
        ).scalars()
    )


def withdraw(
    connection: Connection,
    member_id: int,
    facets: Sequence[str],
    film_ids: Sequence[int],
    *,
    source: str,
    observed_at: datetime,
) -> None:
    """Takes `facets` back from these films of the member, recording each; a row left empty goes."""
    if not film_ids:
        return
    where = {"member": member_id, "films": list(film_ids), "source": source, "at": observed_at}
    for facet in facets:
        connection.execute(
            text(
                "INSERT INTO rating_events (member_id, film_id, facet, before, after, source, observed_at)"
                f" SELECT member_id, film_id, '{facet}', {facet}::int, ({_GONE[facet]})::int, :source, :at"
                f" FROM ratings WHERE member_id = :member AND film_id = ANY(:films) AND {_HELD[facet]}"
            ),
            where,
        )
    taken = [f"{facet} = {_GONE[facet]}" for facet in facets]
    if "rating" in facets:
        taken += ["rated_at = NULL"]
    clocks = {_CLOCK[facet] for facet in facets}
    taken += [f"{clock} = :at, {_SOURCE[clock]} = :source" for clock in sorted(clocks)]
    connection.execute(
        text(f"UPDATE ratings SET {', '.join(taken)} WHERE member_id = :member AND film_id = ANY(:films)"), where
    )
    drop_empty(connection, member_id)


def drop_empty(connection: Connection, member_id: int) -> None:
    """Removes the member's rows that say nothing any more."""
    connection.execute(
        text(
            "DELETE FROM ratings WHERE member_id = :member"
            " AND rating IS NULL AND NOT liked AND NOT watched AND NOT favorite"
        ),
        {"member": member_id},
    )
