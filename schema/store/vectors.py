"""Keeps a member's packed reactions equal to the member's rows."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from schema.store.locks import hold_members

# Years since 1900 in a byte, 0 for not known.
_YEAR = "greatest(0, least(255, coalesce(date_part('year', r.rated_at)::int - 1900, 0)))"


def _joined(packed: str) -> str:
    """What each film is packed as, in the order of films; nothing at all for a member without reactions."""
    return f"coalesce(string_agg({packed}, ''::bytea ORDER BY r.film_id), '')"


def _byte(value: str) -> str:
    return f"set_byte('\\x00', 0, {value})"


# One member after the other, because the index gives each one's rows in order of films: nothing is sorted.
_PACKED = f"""
    SELECT member.id AS member_id, packed.* FROM unnest(CAST(:members AS int[])) AS member(id), LATERAL (
        SELECT {_joined("int4send(r.film_id)")} AS film_ids,
               {_joined(_byte("coalesce(r.rating, 0)"))} AS ratings,
               {_joined(_byte("r.liked::int + 2 * r.favorite::int"))} AS flags,
               {_joined(_byte(_YEAR))} AS rated_years
        FROM ratings r WHERE r.member_id = member.id
    ) packed
"""
_REWRITE = text(
    f"""
    INSERT INTO member_vectors AS v (member_id, film_ids, ratings, flags, rated_years)
    {_PACKED}
    ON CONFLICT (member_id) DO UPDATE
    SET film_ids = excluded.film_ids, ratings = excluded.ratings, flags = excluded.flags,
        rated_years = excluded.rated_years, version = v.version + 1
    WHERE (v.film_ids, v.ratings, v.flags, v.rated_years)
          IS DISTINCT FROM (excluded.film_ids, excluded.ratings, excluded.flags, excluded.rated_years)
    """
)
_WRONG = text(
    f"""
    SELECT p.member_id FROM ({_PACKED}) p LEFT JOIN member_vectors v USING (member_id)
    WHERE (p.film_ids, p.ratings, p.flags, p.rated_years)
          IS DISTINCT FROM (coalesce(v.film_ids, ''), coalesce(v.ratings, ''), coalesce(v.flags, ''),
                            coalesce(v.rated_years, ''))
    ORDER BY p.member_id
    """
)


def rewrite(connection: Connection, member_ids: Sequence[int]) -> int:
    """Packs the rows of `member_ids` anew; returns how many vectors changed. Call it in the transaction
    that changed the rows."""
    # Two may write different films of one member. Whoever comes second must read what the first has written.
    hold_members(connection, member_ids)
    return connection.execute(_REWRITE, {"members": sorted(member_ids)}).rowcount


def wrong(connection: Connection, member_ids: Sequence[int]) -> list[int]:
    """Those of `member_ids` whose vectors do not equal their rows; there should be none."""
    return list(connection.execute(_WRONG, {"members": sorted(member_ids)}).scalars())
