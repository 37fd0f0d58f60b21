"""Looks films up: what they are, who made them, and under which slug they are found."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class FilmRow:
    """A film's facts, as in the table `films`; `identified_by` is what told the TMDB identity, or its absence."""

    id: int
    slug: str | None
    letterboxd_id: int | None
    title: str
    original_title: str | None
    release_year: int | None
    release_date: date | None
    runtime_minutes: int | None
    tmdb_id: int | None
    tmdb_type: str | None
    imdb_id: str | None
    identified_by: str | None
    poster_url: str | None
    primary_director: str | None
    collection: str | None
    genres: list[str]
    countries: list[str]
    languages: list[str]


@dataclass(frozen=True, slots=True)
class Credit:
    """Someone's part in a film; `role` is director, writer or actor."""

    role: str
    tmdb_id: int
    name: str


_BY_ID = text(f"SELECT {', '.join(field.name for field in fields(FilmRow))} FROM films WHERE id = ANY(:films)")


def by_id(connection: Connection, film_ids: Collection[int]) -> dict[int, FilmRow]:
    """Films by id; unknown ids are left out."""
    return {row[0]: FilmRow(*row) for row in connection.execute(_BY_ID, {"films": list(film_ids)})}


def ids_by_slug(connection: Connection, slugs: Collection[str]) -> dict[str, int]:
    """Ids of the films that have, or once had, these slugs; unknown slugs are left out."""
    rows = connection.execute(
        text("SELECT slug, film_id FROM film_slugs WHERE slug = ANY(:slugs)"), {"slugs": list(slugs)}
    )
    return {row.slug: row.film_id for row in rows}


def former_slugs(connection: Connection, film_ids: Collection[int]) -> dict[int, list[str]]:
    """Slugs that films had before, by name; films that had no other are left out."""
    rows = connection.execute(
        text(
            "SELECT s.film_id, array_agg(s.slug ORDER BY s.slug) FROM film_slugs s JOIN films f ON f.id = s.film_id"
            " WHERE s.film_id = ANY(:films) AND s.slug IS DISTINCT FROM f.slug GROUP BY s.film_id"
        ),
        {"films": list(film_ids)},
    )
    return dict(rows.all())


def credits_by_film(connection: Connection, film_ids: Collection[int]) -> dict[int, list[Credit]]:
    """Credits by film id, each role in order of billing; films without credits are left out."""
    rows = connection.execute(
        text(
            "SELECT c.film_id, c.role, p.tmdb_id, p.name FROM film_credits c JOIN people p ON p.id = c.person_id"
            " WHERE c.film_id = ANY(:films) ORDER BY c.film_id, c.role, c.position, p.id"
        ),
        {"films": list(film_ids)},
    )
    found: dict[int, list[Credit]] = {}
    for film_id, *credit in rows:
        found.setdefault(film_id, []).append(Credit(*credit))
    return found


def titles(connection: Connection, film_ids: Collection[int]) -> dict[int, tuple[str, int | None]]:
    """Title and release year by film id, for sorting many films."""
    rows = connection.execute(
        text("SELECT id, title, release_year FROM films WHERE id = ANY(:films)"), {"films": list(film_ids)}
    )
    return {film_id: (title, year) for film_id, title, year in rows}


def num_by_title_and_year(connection: Connection, key: Callable[[str], str]) -> Counter[tuple[str, int | None]]:
    """How many films we know, by `key` of their titles and release year."""
    rows = connection.execute(text("SELECT title, release_year FROM films"))
    return Counter((key(title), year) for title, year in rows)
