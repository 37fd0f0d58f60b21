"""One film, one row: finds or makes the film behind a tile, whatever it is called today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.store import film_columns
from schema.store.locks import hold_films


@dataclass(frozen=True, slots=True)
class Identity:
    """What a page says a film is. `letterboxd_id` decides; without it the slug does."""

    slug: str
    letterboxd_id: int | None
    title: str
    year: int | None


def resolve(connection: Connection, films: Sequence[Identity]) -> list[int]:
    """Film ids for `films`, in their order, making rows for those never met.

    A known id under a new slug is a rename: the film keeps its row, and both slugs find it. New films
    enter the enrichment queue.
    """
    found = _find(connection, films)
    if all(_settled(film, found) for film in films):
        return [found[_key(film)].id for film in films]
    hold_films(connection)
    found = _find(connection, films)
    found |= _make(connection, [film for film in films if _key(film) not in found])
    for film in films:
        if not _settled(film, found):
            found[_key(film)] = _settle(connection, film, found.get(_key(film)))
    return [found[_key(film)].id for film in films]


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    letterboxd_id: int | None
    slug: str | None
    year: int | None


def _key(film: Identity) -> int | str:
    return film.letterboxd_id if film.letterboxd_id is not None else film.slug


def _settled(film: Identity, found: dict[int | str, _Known]) -> bool:
    known = found.get(_key(film))
    if known is None:
        return False
    renamed = film.letterboxd_id is not None and known.slug != film.slug
    return not renamed and (known.year is not None or film.year is None)


def _find(connection: Connection, films: Sequence[Identity]) -> dict[int | str, _Known]:
    ids = [film.letterboxd_id for film in films if film.letterboxd_id is not None]
    slugs = [film.slug for film in films if film.letterboxd_id is None]
    found: dict[int | str, _Known] = {}
    for row in connection.execute(
        text("SELECT id, letterboxd_id, slug, release_year FROM films WHERE letterboxd_id = ANY(:ids)"),
        {"ids": ids},
    ):
        found[row.letterboxd_id] = _Known(*row)
    if slugs:
        for row in connection.execute(
            text(
                "SELECT s.slug AS met, f.id, f.letterboxd_id, f.slug, f.release_year"
                " FROM film_slugs s JOIN films f ON f.id = s.film_id WHERE s.slug = ANY(:slugs)"
            ),
            {"slugs": slugs},
        ):
            found[row.met] = _Known(*row[1:])
    return found


def _make(connection: Connection, films: Sequence[Identity]) -> dict[int | str, _Known]:
    """Rows for films whose slug nobody holds yet; the rest needs `_settle`."""
    by_slug: dict[str, Identity] = {}
    for film in films:
        by_slug.setdefault(film.slug, film)
    made = connection.execute(
        text(
            "WITH made AS (INSERT INTO films (slug, letterboxd_id, title, release_year)"
            " SELECT * FROM unnest(CAST(:slugs AS text[]), CAST(:ids AS int[]), CAST(:titles AS text[]),"
            " CAST(:years AS smallint[])) ON CONFLICT DO NOTHING RETURNING id, letterboxd_id, slug, release_year),"
            " named AS (INSERT INTO film_slugs (slug, film_id) SELECT slug, id FROM made"
            " ON CONFLICT (slug) DO UPDATE SET film_id = excluded.film_id),"
            " queued AS (INSERT INTO film_metadata_sync (film_id, kind)"
            " SELECT id, unnest(ARRAY['identity', 'histogram']) FROM made)"
            " SELECT * FROM made"
        ),
        {
            "slugs": list(by_slug),
            "ids": [film.letterboxd_id for film in by_slug.values()],
            "titles": [film.title for film in by_slug.values()],
            "years": [film.year for film in by_slug.values()],
        },
    )
    found = {_key(by_slug[row.slug]): _Known(*row) for row in made}
    film_columns.rewrite(connection, [film.id for film in found.values()])
    return found


def _settle(connection: Connection, film: Identity, known: _Known | None) -> _Known:
    holder = connection.execute(
        text("SELECT id, letterboxd_id, slug, release_year FROM films WHERE slug = :slug"),
        {"slug": film.slug},
    ).one_or_none()
    if known is None and holder is not None and holder.letterboxd_id is None:
        known = _Known(*holder)  # met before by slug alone: the number is what we learn now
    elif holder is not None and (known is None or holder.id != known.id):
        # The slug has moved to another film upstream; the one that had it keeps its number, not its name.
        connection.execute(text("UPDATE films SET slug = NULL WHERE id = :id"), {"id": holder.id})
    if known is None:
        return _make(connection, [film])[_key(film)]
    row = connection.execute(
        text(
            "UPDATE films SET slug = :slug, letterboxd_id = coalesce(letterboxd_id, :letterboxd_id),"
            " release_year = coalesce(release_year, :year) WHERE id = :id"
            " RETURNING id, letterboxd_id, slug, release_year"
        ),
        {"id": known.id, "slug": film.slug, "letterboxd_id": film.letterboxd_id, "year": film.year},
    ).one()
    connection.execute(
        text(
            "INSERT INTO film_slugs (slug, film_id) VALUES (:slug, :id)"
            " ON CONFLICT (slug) DO UPDATE SET film_id = excluded.film_id"
        ),
        {"slug": film.slug, "id": known.id},
    )
    film_columns.rewrite(connection, [known.id])
    return _Known(*row)
