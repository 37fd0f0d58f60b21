"""Counts how much of what a run was to learn its pages told, and says which films lack what."""

from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class TilesRead:
    """Posters read, and how many of them told the member's rating (or that there is none), like, and the film's id."""

    tiles: int
    rating_states: int
    like_flags: int
    letterboxd_ids: int


def add(connection: Connection, run_id: int, read: TilesRead) -> None:
    """Adds to what the run has read; to be called with the pages' own transaction, so that both count or neither."""
    if not read.tiles:
        return
    connection.execute(
        text(
            "INSERT INTO run_completeness AS c (run_id, tiles, rating_states, like_flags, letterboxd_ids)"
            " VALUES (:run, :tiles, :rating_states, :like_flags, :letterboxd_ids) ON CONFLICT (run_id) DO UPDATE SET"
            " tiles = c.tiles + excluded.tiles, rating_states = c.rating_states + excluded.rating_states,"
            " like_flags = c.like_flags + excluded.like_flags,"
            " letterboxd_ids = c.letterboxd_ids + excluded.letterboxd_ids"
        ),
        {"run": run_id, **{name: getattr(read, name) for name in TilesRead.__slots__}},
    )


# Of a film `f` and its entry `q` for its identity.
IDENTIFIED = "(f.tmdb_id IS NOT NULL OR q.status = 'absent')"

# The reactions of members whose films this run has read.
_REACTIONS = """
    SELECT film_id FROM ratings WHERE (rating IS NOT NULL OR liked) AND member_id IN (
        SELECT member_id FROM listings WHERE run_id = :run AND kind IN ('rated', 'likes'))
"""

_IDENTITIES = text(
    f"""
    UPDATE run_completeness SET (reactions, identities) = (
        SELECT count(*), count(*) FILTER (WHERE {IDENTIFIED})
        FROM ({_REACTIONS}) r JOIN films f ON f.id = r.film_id
        LEFT JOIN film_metadata_sync q ON q.film_id = f.id AND q.kind = 'identity'
    )
    WHERE run_id = :run AND EXISTS (
        SELECT FROM sync_steps WHERE run_id = :run AND name = 'enrich'
        HAVING count(*) > 0 AND bool_and(status = 'succeeded'))
    """
)

_OUTLIERS = text(
    f"""
    INSERT INTO film_metadata_sync AS q (film_id, kind, error)
    SELECT f.id, 'identity',
           CASE WHEN f.letterboxd_id IS NULL THEN 'no page has told its film id' ELSE 'not asked for yet' END
    FROM films f LEFT JOIN film_metadata_sync i ON i.film_id = f.id AND i.kind = 'identity'
    WHERE f.id IN ({_REACTIONS}) AND i.error IS NULL
    AND (f.letterboxd_id IS NULL OR (f.tmdb_id IS NULL AND i.status IS DISTINCT FROM 'absent'))
    ORDER BY f.id
    ON CONFLICT (film_id, kind) DO UPDATE SET error = excluded.error WHERE q.error IS NULL
    """
)


def conclude(connection: Connection, run_id: int) -> None:
    """Counts, when enrichment is done, the TMDB identities; gives films without one or without id a reason to wait.

    A title that TMDB is known not to have counts as identified.
    """
    connection.execute(_IDENTITIES, {"run": run_id})
    connection.execute(_OUTLIERS, {"run": run_id})
