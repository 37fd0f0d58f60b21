"""What enrichment learns about films: TMDB's facts and credits, and global histograms."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, text

from schema.store import film_columns, metadata
from schema.store.bulk import fill_temporary

_SHORTEST_FRESH, _LONGEST_FRESH = timedelta(days=7), timedelta(days=180)
_RELEASED = "coalesce(release_date, make_date(nullif(release_year, 0), 7, 1))"
_COMPARABLE = timedelta(days=1)  # two counts further apart in time differ because films are being rated


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


def fill(connection: Connection, film_id: int, *, runtime_minutes: int | None, directors: Sequence[str]) -> None:
    """Adds what Letterboxd's film JSON knows where nothing better is known; TMDB's facts replace it."""
    connection.execute(
        text(
            "UPDATE films SET runtime_minutes = coalesce(runtime_minutes, :runtime),"
            " primary_director = coalesce(primary_director, :director) WHERE id = :film"
        ),
        {"film": film_id, "runtime": runtime_minutes, "director": directors[0] if directors else None},
    )
    film_columns.rewrite(connection, [film_id])


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


_COLUMNS = {
    "film_id": "int",
    "original_title": "text",
    "release_date": "date",
    "release_year": "smallint",
    "runtime_minutes": "int",
    "poster_url": "text",
    "imdb_id": "text",
    "collection": "text",
    "genres": "text[]",
    "countries": "text[]",
    "languages": "text[]",
    "director": "text",
}


def describe(connection: Connection, film_id: int, facts: Facts) -> None:
    """Writes TMDB's facts and credits to a film, replacing its earlier credits."""
    describe_all(connection, {film_id: facts})


def describe_all(connection: Connection, facts: dict[int, Facts]) -> None:
    """The same for many films at once, by film id. What TMDB does not know stays as another source has it."""
    fill_temporary(
        connection,
        "incoming_facts",
        _COLUMNS,
        [
            (film, *(getattr(known, name) for name in Facts.__slots__ if name != "credits"), _primary_director(known))
            for film, known in facts.items()
        ],
    )
    connection.execute(
        text(
            "UPDATE films f SET original_title = i.original_title, release_date = i.release_date,"
            " release_year = coalesce(f.release_year, i.release_year),"
            " runtime_minutes = coalesce(i.runtime_minutes, f.runtime_minutes), poster_url = i.poster_url,"
            " imdb_id = coalesce(i.imdb_id, f.imdb_id), collection = i.collection, genres = i.genres,"
            " countries = i.countries, languages = i.languages,"
            " primary_director = coalesce(i.director, f.primary_director)"
            " FROM incoming_facts i WHERE f.id = i.film_id"
        )
    )
    _replace_credits(connection, facts)
    film_columns.rewrite(connection, list(facts))
    metadata.settle(connection, list(facts), "tmdb")


def forget(connection: Connection, film_ids: Sequence[int]) -> None:
    """Takes away what TMDB told about films, and their entries in its queue."""
    films = {"films": list(film_ids)}
    connection.execute(
        text(
            "UPDATE films SET original_title = NULL, release_date = NULL, runtime_minutes = NULL, poster_url = NULL,"
            " primary_director = NULL, collection = NULL, genres = '{}', countries = '{}', languages = '{}'"
            " WHERE id = ANY(:films)"
        ),
        films,
    )
    connection.execute(text("DELETE FROM film_credits WHERE film_id = ANY(:films)"), films)
    connection.execute(text("DELETE FROM film_metadata_sync WHERE kind = 'tmdb' AND film_id = ANY(:films)"), films)
    film_columns.rewrite(connection, film_ids)


def _primary_director(facts: Facts) -> str | None:
    directors = [(position, name) for role, _, name, position in facts.credits if role == "director"]
    return min(directors)[1] if directors else None


def _replace_credits(connection: Connection, facts: dict[int, Facts]) -> None:
    fill_temporary(
        connection,
        "incoming_credits",
        {"film_id": "int", "role": "text", "tmdb_id": "int", "name": "text", "position": "smallint"},
        [(film, *credit) for film, known in facts.items() for credit in known.credits],
    )
    connection.execute(
        text(
            "INSERT INTO people AS p (tmdb_id, name)"
            " SELECT DISTINCT ON (tmdb_id) tmdb_id, name FROM incoming_credits ORDER BY tmdb_id"
            " ON CONFLICT (tmdb_id) DO UPDATE SET name = excluded.name WHERE p.name <> excluded.name"
        )
    )
    connection.execute(text("DELETE FROM film_credits WHERE film_id = ANY(:films)"), {"films": list(facts)})
    connection.execute(
        text(
            "INSERT INTO film_credits (film_id, role, person_id, position)"
            " SELECT DISTINCT ON (c.film_id, c.role, p.id) c.film_id, c.role, p.id, c.position"
            " FROM incoming_credits c JOIN people p USING (tmdb_id) ORDER BY c.film_id, c.role, p.id, c.position"
        )
    )


def keep_histogram(
    connection: Connection,
    film_id: int,
    counts: Sequence[int],
    *,
    average: float | None,
    rating_count: int,
    fetched_at: datetime,
    fans: int | None = None,
) -> None:
    """Stores Letterboxd's distribution of a film (ten counts, half a star to five) and when to ask again.

    Ratings come in about evenly since the release, so a film can have gathered a twentieth more after a
    twentieth of its age: new ones are due again after a week, old ones after half a year. A total that the
    film page of the same day contradicts is not stored: the film is failed with both figures.
    """
    film = connection.execute(
        text(f"SELECT page_rating_count, page_read_at, {_RELEASED} AS released FROM films WHERE id = :film"),
        {"film": film_id},
    ).one()
    problem = _disagreement(rating_count, fetched_at, film.page_rating_count, film.page_read_at)
    if problem:
        metadata.fail(connection, [film_id], "histogram", problem)
        return
    connection.execute(
        text(
            "INSERT INTO film_histograms (film_id, counts, average, rating_count, fans, fetched_at)"
            " VALUES (:film, :counts, :average, :total, :fans, :at) ON CONFLICT (film_id) DO UPDATE SET"
            " counts = excluded.counts, average = excluded.average, rating_count = excluded.rating_count,"
            " fans = excluded.fans, fetched_at = excluded.fetched_at"
        ),
        {
            "film": film_id,
            "counts": list(counts),
            "average": average,
            "total": rating_count,
            "fans": fans,
            "at": fetched_at,
        },
    )
    film_columns.rewrite(connection, [film_id])
    status = "fetched" if rating_count else "absent"
    metadata.settle(connection, [film_id], "histogram", status, again_at=changed_by(film.released, fetched_at))


def no_histogram(connection: Connection, film_id: int, reason: str) -> None:
    """Letterboxd positively has no distribution of a film; it is asked again when it can have one by then."""
    released = connection.execute(
        text(f"SELECT {_RELEASED} FROM films WHERE id = :film"), {"film": film_id}
    ).scalar_one()
    again_at = changed_by(released, datetime.now(UTC))
    metadata.settle(connection, [film_id], "histogram", "absent", reason=reason, again_at=again_at)


def changed_by(released: date | None, fetched_at: datetime) -> datetime:
    """When the histogram of a film released on that day can have grown by a twentieth."""
    age = fetched_at.date() - released if released else _LONGEST_FRESH * 20
    return fetched_at + min(max(age / 20, _SHORTEST_FRESH), _LONGEST_FRESH)


def note_page(connection: Connection, film_id: int, rating_count: int | None, read_at: datetime) -> None:
    """Keeps how many ratings a film page states, and fails the film's histogram when it contradicts that."""
    connection.execute(
        text("UPDATE films SET page_rating_count = :count, page_read_at = :at WHERE id = :film"),
        {"film": film_id, "count": rating_count, "at": read_at},
    )
    histogram = connection.execute(
        text("SELECT rating_count, fetched_at FROM film_histograms WHERE film_id = :film"), {"film": film_id}
    ).one_or_none()
    problem = _disagreement(*histogram, rating_count, read_at) if histogram else None
    if problem:
        metadata.fail(connection, [film_id], "histogram", problem)


def _disagreement(total: int, fetched_at: datetime, on_page: int | None, read_at: datetime | None) -> str | None:
    """Why a histogram's total cannot be right beside the film page's count, which lags behind a little."""
    if on_page is None or abs(fetched_at - read_at) > _COMPARABLE:
        return None
    tolerance = math.ceil(on_page / 100)
    if abs(total - on_page) <= tolerance:
        return None
    return f"{total} ratings in the histogram, {on_page} on the film page: more than 1 % apart"
