"""What enrichment learns about films: identities, TMDB's facts and credits, global histograms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, text

from schema.store import matching, metadata
from schema.store.bulk import fill_temporary
from schema.store.locks import hold_films


def by_slug(connection: Connection, slug: str) -> int | None:
    """Id of the film that has, or once had, this slug; `film:N` finds it by its number."""
    prefix, _, number = slug.partition(":")
    if prefix == "film" and number.isdecimal():
        return connection.execute(
            text("SELECT id FROM films WHERE letterboxd_id = :number"), {"number": int(number)}
        ).scalar_one_or_none()
    return connection.execute(
        text("SELECT film_id FROM film_slugs WHERE slug = :slug"), {"slug": slug}
    ).scalar_one_or_none()


def films_of_tmdb(connection: Connection, tmdb_type: str, tmdb_id: int) -> list[int]:
    """Films identified as this TMDB title."""
    return list(
        connection.execute(
            text("SELECT id FROM films WHERE tmdb_type = :type AND tmdb_id = :id"),
            {"type": tmdb_type, "id": tmdb_id},
        ).scalars()
    )


def identify(
    connection: Connection,
    film_id: int,
    *,
    tmdb_type: str | None,
    tmdb_id: int | None,
    imdb_id: str | None = None,
    year: int | None = None,
) -> None:
    """Records which TMDB and IMDb title a film is; no TMDB id is a known absence. Queues the TMDB fetch.

    A film known so far by number alone may turn out to be one known by slug; then the two are merged.
    """
    connection.execute(
        text(
            "UPDATE films SET tmdb_type = :type, tmdb_id = :id, imdb_id = coalesce(:imdb, imdb_id),"
            " release_year = coalesce(release_year, :year) WHERE id = :film"
        ),
        {"film": film_id, "type": tmdb_type, "id": tmdb_id, "imdb": imdb_id, "year": year},
    )
    metadata.settle(connection, film_id, "identity", "fetched" if tmdb_id is not None else "absent")
    if tmdb_id is not None:
        metadata.want(connection, [film_id], "tmdb")
        hold_films(connection)
        matching.unite(connection, film_id)


def fill(connection: Connection, film_id: int, *, runtime_minutes: int | None, directors: Sequence[str]) -> None:
    """Adds what Letterboxd's film JSON knows where nothing better is known; TMDB's facts replace it."""
    connection.execute(
        text(
            "UPDATE films SET runtime_minutes = coalesce(runtime_minutes, :runtime),"
            " primary_director = coalesce(primary_director, :director) WHERE id = :film"
        ),
        {"film": film_id, "runtime": runtime_minutes, "director": directors[0] if directors else None},
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What TMDB knows of a film, in the columns of `films`; credits are (role, TMDB person, name, position)."""

    original_title: str | None
    release_date: date | None
    release_year: int | None
    runtime_minutes: int | None
    poster_url: str | None
    imdb_id: str | None
    collection: str | None
    genres: list[str]
    countries: list[str]
    languages: list[str]
    credits: list[tuple[str, int, str, int]]


def describe(connection: Connection, film_id: int, facts: Facts) -> None:
    """Writes TMDB's facts and credits to a film, replacing its earlier credits."""
    directors = [name for role, _, name, _ in sorted(facts.credits, key=lambda c: c[3]) if role == "director"]
    connection.execute(
        text(
            "UPDATE films SET original_title = :original_title, release_date = :release_date,"
            " release_year = coalesce(release_year, :release_year), runtime_minutes = :runtime_minutes,"
            " poster_url = :poster_url, imdb_id = coalesce(:imdb_id, imdb_id), collection = :collection,"
            " genres = :genres, countries = :countries, languages = :languages, primary_director = :director"
            " WHERE id = :film"
        ),
        {
            "film": film_id,
            "director": directors[0] if directors else None,
            **{name: getattr(facts, name) for name in Facts.__slots__ if name != "credits"},
        },
    )
    fill_temporary(
        connection,
        "incoming_credits",
        {"role": "text", "tmdb_id": "int", "name": "text", "position": "smallint"},
        facts.credits,
    )
    connection.execute(
        text(
            "INSERT INTO people AS p (tmdb_id, name)"
            " SELECT DISTINCT ON (tmdb_id) tmdb_id, name FROM incoming_credits ORDER BY tmdb_id"
            " ON CONFLICT (tmdb_id) DO UPDATE SET name = excluded.name WHERE p.name <> excluded.name"
        )
    )
    connection.execute(text("DELETE FROM film_credits WHERE film_id = :film"), {"film": film_id})
    connection.execute(
        text(
            "INSERT INTO film_credits (film_id, role, person_id, position)"
            " SELECT DISTINCT ON (c.role, p.id) CAST(:film AS int), c.role, p.id, c.position"
            " FROM incoming_credits c JOIN people p USING (tmdb_id) ORDER BY c.role, p.id, c.position"
        ),
        {"film": film_id},
    )
    metadata.settle(connection, film_id, "tmdb")


def keep_payload(
    connection: Connection,
    tmdb_type: str,
    tmdb_id: int,
    payload: str,
    *,
    etag: str | None,
    fetched_at: datetime,
    expires_at: datetime | None,
) -> None:
    """Stores TMDB's answer (a JSON document) verbatim."""
    connection.execute(
        text(
            "INSERT INTO tmdb_payloads (type, id, payload, etag, fetched_at, expires_at)"
            " VALUES (:type, :id, CAST(:payload AS jsonb), :etag, :fetched, :expires)"
            " ON CONFLICT (type, id) DO UPDATE SET payload = excluded.payload, etag = excluded.etag,"
            " fetched_at = excluded.fetched_at, expires_at = excluded.expires_at"
        ),
        {
            "type": tmdb_type,
            "id": tmdb_id,
            "payload": payload,
            "etag": etag,
            "fetched": fetched_at,
            "expires": expires_at,
        },
    )


def keep_histogram(
    connection: Connection,
    film_id: int,
    counts: Sequence[int],
    *,
    average: float | None,
    rating_count: int,
    fetched_at: datetime,
) -> None:
    """Stores Letterboxd's distribution of a film (ten counts, half a star to five)."""
    connection.execute(
        text(
            "INSERT INTO film_histograms (film_id, counts, average, rating_count, fetched_at)"
            " VALUES (:film, :counts, :average, :total, :at) ON CONFLICT (film_id) DO UPDATE SET"
            " counts = excluded.counts, average = excluded.average, rating_count = excluded.rating_count,"
            " fetched_at = excluded.fetched_at"
        ),
        {
            "film": film_id,
            "counts": list(counts),
            "average": average,
            "total": rating_count,
            "at": fetched_at,
        },
    )
    metadata.settle(connection, film_id, "histogram", "fetched" if rating_count else "absent")
