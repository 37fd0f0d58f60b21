"""Keeps the packed columns of films equal to what the tables say of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_COLUMNS = (
    "title, original_title, release_year, runtime_minutes, global_average, genres, countries, languages, directors,"
    " writers, actors"
)


def _people(role: str) -> str:
    return (
        "coalesce((SELECT string_agg(int4send(person_id), ''::bytea ORDER BY person_id) FROM film_credits"
        f" WHERE film_id = f.id AND role = '{role}'), '') AS {role}s"
    )


_PACKED = f"""
    SELECT f.id AS film_id, f.title, f.original_title, f.release_year, f.runtime_minutes,
           (SELECT sum(n * count)::float8 / nullif(sum(count), 0)::float8 / 2
            FROM film_histograms h, unnest(h.counts) WITH ORDINALITY AS bucket(count, n)
            WHERE h.film_id = f.id) AS global_average,
           f.genres, f.countries, f.languages, {_people("director")}, {_people("writer")}, {_people("actor")}
    FROM films f WHERE f.id = ANY(:films)
"""
_REWRITE = text(
    f"""
    INSERT INTO film_columns AS c (film_id, {_COLUMNS}) {_PACKED}
    ON CONFLICT (film_id) DO UPDATE
    SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", "))},
        changed_in = excluded.changed_in
    WHERE ({", ".join(f"c.{name}" for name in _COLUMNS.split(", "))})
          IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _COLUMNS.split(", "))})
    """
)
_WRONG = text(
    f"""
    SELECT p.film_id FROM ({_PACKED}) p LEFT JOIN film_columns c USING (film_id)
    WHERE c.film_id IS NULL OR ({", ".join(f"p.{name}" for name in _COLUMNS.split(", "))})
          IS DISTINCT FROM ({", ".join(f"c.{name}" for name in _COLUMNS.split(", "))})
    ORDER BY p.film_id
    """
)


def rewrite(connection: Connection, film_ids: Sequence[int]) -> int:
    """Packs these films anew; returns how many changed. Call it in the transaction that changed the film, its
    credits or its histogram."""
    # Two may learn about one film at once. Whoever comes second must read what the first has written.
    connection.execute(
        text("SELECT FROM films WHERE id = ANY(:films) ORDER BY id FOR NO KEY UPDATE"), {"films": sorted(film_ids)}
    )
    return connection.execute(_REWRITE, {"films": sorted(film_ids)}).rowcount


def wrong(connection: Connection, film_ids: Sequence[int]) -> list[int]:
    """Those of `film_ids` whose packed columns do not equal the tables; there should be none."""
    return list(connection.execute(_WRONG, {"films": sorted(film_ids)}).scalars())
