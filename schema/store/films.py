"""One film, one row: finds or makes the film behind a tile or a row of an export, whatever it is called today."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.store import film_columns, matching, merges, partings
from schema.store.locks import hold_films


@dataclass(frozen=True, slots=True)
class Identity:
    """What a source says a film is: its number, its slug, or both; `tmdb` is (type, id).

    The number decides, without it the slug does. While both are unknown here, the rest is evidence. A film
    whose title is not told is called `film:N`, until a source that knows its year names it.
    """

    slug: str | None
    letterboxd_id: int | None
    title: str
    year: int | None
    tmdb: tuple[str, int] | None = None


def resolve(connection: Connection, films: Sequence[Identity]) -> list[int]:
    """Film ids for `films`, in their order, making rows for those never met.

    A known number under a new slug is a rename: the film keeps its row, and both slugs find it. Rows that turn
    out to be one film are merged. New films enter the enrichment queue.
    """
    found = _find(connection, films)
    if all(_settled(film, found) for film in films):
        return [found[_key(film)].id for film in films]
    hold_films(connection)
    found = _find(connection, films)
    strangers = {_key(film): film for film in films if _key(film) not in found}
    met = matching.match(connection, list(strangers.values()))
    found |= {key: _Known(*met.known[film]) for key, film in strangers.items() if film in met.known}
    found |= _make(connection, [film for key, film in strangers.items() if key not in found])
    for film in films:
        if _settled(film, found):
            continue
        if _shows_both(film) and partings.hold_against(connection, film.letterboxd_id, film.slug):
            found |= _find(connection, films)
        found[_key(film)] = _settle(connection, film, found)
    for film, reason in met.doubts.items():
        matching.leave_open(connection, found[_key(film)].id, reason)
    return [found[_key(film)].id for film in films]


def led(connection: Connection, asked: str, film_id: int) -> None:
    """Learns that the address with slug `asked`, or `film:N`, led to film `film_id`: a film known by it is that film.

    A number that leads to another film was merged upstream. A slug that does may have changed hands, so a film
    with a number of its own is left alone, unless nothing but title and year gave it that number.
    """
    by_number = asked.startswith("film:")
    elsewhere = text(
        "SELECT id, letterboxd_id FROM films WHERE letterboxd_id = CAST(:number AS int) AND id <> :film"
        if by_number
        else "SELECT f.id, f.letterboxd_id FROM film_slugs s JOIN films f ON f.id = s.film_id"
        " WHERE s.slug = :asked AND f.id <> :film"
    )
    names = {"film": film_id} | ({"number": asked.removeprefix("film:")} if by_number else {"asked": asked})
    other = connection.execute(elsewhere, names).one_or_none()
    if other is None:
        return
    hold_films(connection)
    if partings.undo(connection, other.id):
        other = connection.execute(elsewhere, names).one()
    if by_number or other.letterboxd_id is None:
        merges.merge(connection, other.id, film_id, f"{asked} leads to it")


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    letterboxd_id: int | None
    slug: str | None
    year: int | None
    guessed: bool = False


_Found = dict[int | str | None, _Known]
_GUESSED = "EXISTS (SELECT FROM film_merges WHERE kept_id = f.id AND guessed AND undone_at IS NULL)"


def _key(film: Identity) -> int | str | None:
    return film.letterboxd_id if film.letterboxd_id is not None else film.slug


def _settled(film: Identity, found: _Found) -> bool:
    known = found.get(_key(film))
    if known is None or (known.year is None and film.year is not None):
        return False
    if film.letterboxd_id is None:
        return known.slug is not None  # an earlier slug of a film that has another now is as good
    return known.letterboxd_id is not None and film.slug in (None, known.slug) and not (film.slug and known.guessed)


def _shows_both(film: Identity) -> bool:
    return film.letterboxd_id is not None and film.slug is not None


def _find(connection: Connection, films: Sequence[Identity]) -> _Found:
    ids = [film.letterboxd_id for film in films if film.letterboxd_id is not None]
    slugs = [film.slug for film in films if film.letterboxd_id is None]
    found: _Found = {}
    if ids:
        rows = connection.execute(
            text(
                f"SELECT g.letterboxd_id AS met, f.id, f.letterboxd_id, f.slug, f.release_year, {_GUESSED}"
                " FROM film_merges g JOIN films f ON f.id = g.kept_id"
                " WHERE g.letterboxd_id = ANY(:ids) AND g.undone_at IS NULL"
                f" UNION ALL SELECT letterboxd_id, id, letterboxd_id, slug, release_year, {_GUESSED} FROM films f"
                " WHERE letterboxd_id = ANY(:ids)"
            ),
            {"ids": ids},
        )
        found.update((row.met, _Known(*row[1:])) for row in rows)
    if slugs:
        rows = connection.execute(
            text(
                "SELECT s.slug AS met, f.id, f.letterboxd_id, f.slug, f.release_year"
                " FROM film_slugs s JOIN films f ON f.id = s.film_id WHERE s.slug = ANY(:slugs)"
            ),
            {"slugs": slugs},
        )
        found.update((row.met, _Known(*row[1:])) for row in rows)
    return found


def _make(connection: Connection, films: Sequence[Identity]) -> _Found:
    """Rows for films whose slug nobody holds yet; the rest needs `_settle`."""
    new: dict[int | str | None, Identity] = {}
    for film in films:
        new.setdefault(film.slug or film.letterboxd_id, film)
    made = connection.execute(
        text(
            "WITH made AS (INSERT INTO films (slug, letterboxd_id, title, release_year)"
            " SELECT * FROM unnest(CAST(:slugs AS text[]), CAST(:ids AS int[]), CAST(:titles AS text[]),"
            " CAST(:years AS smallint[])) ON CONFLICT DO NOTHING RETURNING id, letterboxd_id, slug, release_year),"
            " named AS (INSERT INTO film_slugs (slug, film_id) SELECT slug, id FROM made WHERE slug IS NOT NULL"
            " ON CONFLICT (slug) DO UPDATE SET film_id = excluded.film_id),"
            " queued AS (INSERT INTO film_metadata_sync (film_id, kind)"
            " SELECT id, unnest(ARRAY['identity', 'histogram']) FROM made)"
            " SELECT * FROM made"
        ),
        {
            "slugs": [film.slug for film in new.values()],
            "ids": [film.letterboxd_id for film in new.values()],
            "titles": [film.title for film in new.values()],
            "years": [film.year for film in new.values()],
        },
    )
    found = {row.slug if row.letterboxd_id is None else row.letterboxd_id: _Known(*row) for row in made}
    film_columns.rewrite(connection, [film.id for film in found.values()])
    return found


def _settle(connection: Connection, film: Identity, found: _Found) -> _Known:
    known = found.get(_key(film))
    holder = connection.execute(
        text("SELECT id, letterboxd_id, slug, release_year FROM films WHERE slug = :slug"),
        {"slug": film.slug},
    ).one_or_none()
    if holder is not None and holder.letterboxd_id is None and known is None:
        known = _Known(*holder)  # met before by slug alone: the number is what we learn now
    elif holder is not None and (known is None or holder.id != known.id):
        if known is not None and holder.letterboxd_id is None:
            _merge(connection, holder.id, known, found)
        else:
            # The slug has moved to another film upstream; the one that had it keeps its number, not its name.
            connection.execute(text("UPDATE films SET slug = NULL WHERE id = :id"), {"id": holder.id})
    if known is None:
        return _make(connection, [film])[_key(film)]
    row = connection.execute(
        text(
            "UPDATE films SET slug = coalesce(:slug, slug), letterboxd_id = coalesce(letterboxd_id, :letterboxd_id),"
            " release_year = coalesce(release_year, :year),"
            " title = CASE title WHEN 'film:' || letterboxd_id THEN :title ELSE title END WHERE id = :id"
            " RETURNING id, letterboxd_id, slug, release_year"
        ),
        {
            "id": known.id,
            "slug": film.slug,
            "letterboxd_id": film.letterboxd_id,
            "year": film.year,
            "title": film.title,
        },
    ).one()
    if film.slug is not None:
        connection.execute(
            text(
                "INSERT INTO film_slugs (slug, film_id) VALUES (:slug, :id)"
                " ON CONFLICT (slug) DO UPDATE SET film_id = excluded.film_id"
            ),
            {"slug": film.slug, "id": known.id},
        )
    film_columns.rewrite(connection, [known.id])
    return _Known(*row)


def _merge(connection: Connection, gone_id: int, kept: _Known, found: _Found) -> None:
    """A film met by number and one met by slug are the same: both were on one page."""
    merges.merge(connection, gone_id, kept.id, "number and slug on one page")
    found |= {key: kept for key, known in found.items() if known.id == gone_id}
