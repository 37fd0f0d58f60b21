"""Recognises a film met by number in one known by slug, or the other way round, when the evidence allows one answer.

An export has numbers and no slugs, a feed has slugs and mostly no numbers. What joins them is a TMDB id that both
name, or a title and year that only one film here has. Everything else is left open: two films for one are put
right when a page tells, one film for two is not.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, text

from schema.store import merges

if TYPE_CHECKING:
    from schema.store.films import Identity

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Matches:
    """Films recognised, as (id, number, slug, year) of their rows, and why others were not.

    `guesses` are those recognised by title and year alone.
    """

    known: "dict[Identity, tuple[int, int | None, str | None, int | None]]" = field(default_factory=dict)
    guesses: "set[Identity]" = field(default_factory=set)
    doubts: "dict[Identity, str]" = field(default_factory=dict)


_CANDIDATES = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:titles AS text[]), CAST(:years AS smallint[]), CAST(:types AS text[]),
                             CAST(:ids AS int[])) WITH ORDINALITY AS w(title, year, type, tmdb, place)
    )
    SELECT place, true AS by_tmdb, f.id, f.letterboxd_id, f.slug, f.release_year, f.title, f.tmdb_type, f.tmdb_id
    FROM wanted JOIN films f ON f.tmdb_type = type AND f.tmdb_id = tmdb
    UNION ALL
    SELECT place, false, f.id, f.letterboxd_id, f.slug, f.release_year, f.title, f.tmdb_type, f.tmdb_id
    FROM wanted JOIN films f ON f.title = wanted.title AND f.release_year = year
    """
)


def match(connection: Connection, films: "Sequence[Identity]") -> Matches:
    """Finds the rows of films that are known by their other name alone. The caller holds the films' lock."""
    matches = Matches()
    films = [film for film in films if film.slug is None or film.letterboxd_id is None]
    if not films:
        return matches
    rows = connection.execute(
        _CANDIDATES,
        {
            "titles": [film.title for film in films],
            "years": [film.year for film in films],
            "types": [film.tmdb and film.tmdb[0] for film in films],
            "ids": [film.tmdb and film.tmdb[1] for film in films],
        },
    ).all()
    candidates: dict[int, list[Row]] = {}
    for row in rows:
        candidates.setdefault(row.place - 1, []).append(row)
    namesakes = Counter((film.title, film.year) for film in films)
    for place, those in candidates.items():
        _decide(connection, films[place], those, namesakes[films[place].title, films[place].year] > 1, matches)
    # Two of a batch cannot both be the one film that fits.
    claimed = Counter(row[0] for row in matches.known.values())
    for film, row in list(matches.known.items()):
        if claimed[row[0]] > 1:
            del matches.known[film]
            matches.doubts[film] = f"may be film {row[0]}, as may another met with it"
    for film, row in matches.known.items():
        guessed = film in matches.guesses
        reason = "title and year" if guessed else "same TMDB id"
        merges.note(connection, row[0], film.letterboxd_id, film.slug, film.title, film.year, reason, guessed=guessed)
    return matches


def _decide(connection: Connection, film: "Identity", rows: Sequence[Row], namesake: bool, matches: Matches) -> None:
    same_tmdb = {row.id: row for row in rows if row.by_tmdb}
    # A film with another TMDB id is another film, whatever it is called.
    same_name = {
        row.id: row for row in rows if not row.by_tmdb and (None in (film.tmdb, row.tmdb_id) or row.id in same_tmdb)
    }
    fitting = same_tmdb or same_name
    open_to_us = [row for row in fitting.values() if _lacks_ours(row, film)]
    if not open_to_us:
        return
    if len(fitting) == 1 and (same_tmdb or not (namesake or _is_numbered(film.slug or open_to_us[0].slug, film))):
        row = open_to_us[0]
        matches.known[film] = (row.id, row.letterboxd_id, row.slug, row.release_year)
        if not same_tmdb:
            matches.guesses.add(film)
        return
    named = ", ".join(str(each) for each in sorted(fitting)[:_MOST_NAMED])
    matches.doubts[film] = f"title and year fit several films; among them may be film {named}"


def _is_numbered(slug: str | None, film: "Identity") -> bool:
    """Whether a slug ends in a number of its own, as alone-2020-1 does: Letterboxd knows others of the name."""
    number = re.search(r"-([0-9]+)$", slug or "")
    return bool(number) and number[1] != str(film.year) and not film.title.endswith(number[1])


def _lacks_ours(row: Row, film: "Identity") -> bool:
    return row.slug is None if film.letterboxd_id is None else row.letterboxd_id is None


def unite(connection: Connection, film_id: int) -> int:
    """Merges a film with the one other of the same TMDB id, when one is known by number and the other by slug.

    Returns the id under which the film is now. The caller holds the films' lock.
    """
    rows = connection.execute(
        text(
            "SELECT f.id, f.letterboxd_id, f.slug FROM films f JOIN films me ON me.id = :film"
            " AND f.tmdb_type = me.tmdb_type AND f.tmdb_id = me.tmdb_id"
        ),
        {"film": film_id},
    ).all()
    numbered = [row for row in rows if row.letterboxd_id is not None]
    named = [row for row in rows if row.letterboxd_id is None]
    if len(numbered) != 1 or len(named) != 1 or numbered[0].slug is not None:
        return film_id
    merges.merge(connection, named[0].id, numbered[0].id, "same TMDB id")
    return numbered[0].id


def leave_open(connection: Connection, film_id: int, reason: str) -> None:
    """Notes in the queue why a film's identity could not be settled without asking."""
    connection.execute(
        text("UPDATE film_metadata_sync SET error = :reason WHERE film_id = :film AND kind = 'identity'"),
        {"film": film_id, "reason": reason},
    )
