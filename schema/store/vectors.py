"""Keeps a member's packed reactions equal to the member's rows."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

_REWRITE = text(
    """
    INSERT INTO member_vectors AS v (member_id, film_ids, ratings, flags)
    SELECT member.id,
           coalesce(string_agg(int4send(r.film_id), ''::bytea ORDER BY r.film_id), ''),
           coalesce(string_agg(set_byte('\\x00', 0, coalesce(r.rating, 0)), ''::bytea
                               ORDER BY r.film_id), ''),
           coalesce(string_agg(set_byte('\\x00', 0, r.liked::int + 2 * r.favorite::int), ''::bytea
                               ORDER BY r.film_id), '')
    FROM unnest(CAST(:members AS int[])) AS member(id) LEFT JOIN ratings r ON r.member_id = member.id
    GROUP BY member.id
    ON CONFLICT (member_id) DO UPDATE
    SET film_ids = excluded.film_ids, ratings = excluded.ratings, flags = excluded.flags,
        version = v.version + 1
    WHERE (v.film_ids, v.ratings, v.flags)
          IS DISTINCT FROM (excluded.film_ids, excluded.ratings, excluded.flags)
    """
)


def rewrite(connection: Connection, member_ids: Sequence[int]) -> int:
    """Packs the rows of `member_ids` anew; returns how many vectors changed. Call it in the transaction
    that changed the rows."""
    return connection.execute(_REWRITE, {"members": sorted(member_ids)}).rowcount
