"""The best SQL for the question of `bench.insights`, in several formulations: what the packed vectors compete with."""

from sqlalchemy import Connection, text

# Good for 4,095 members: five buckets in a number, twelve bits each.
_PACKED = ", ".join(
    f"sum(CASE WHEN rating BETWEEN {low} AND {low + 4} THEN 1::bigint << (12 * (rating - {low})) ELSE 0 END) AS b{low}"
    for low in (1, 6)
)
_COUNTED = ", ".join(f"count(*) FILTER (WHERE rating = {n}) AS b{n}" for n in range(1, 11))
_QUESTION = """
    WITH counted AS MATERIALIZED (
        SELECT film_id, count(*) AS watchers, count(rating) AS n, sum(rating) AS stars, sum(rating * rating) AS squares,
               count(*) FILTER (WHERE liked) AS liked, count(*) FILTER (WHERE favorite) AS favorite {buckets_of_all}
        FROM ratings WHERE member_id = ANY(CAST(:members AS int[])) GROUP BY film_id
    ),
    prior AS (SELECT sum(stars)::float8 / sum(n) / 2 AS m, sum(n * n)::float8 / sum(n) AS w FROM counted),
    scored AS MATERIALIZED (
        SELECT c.*, stars::float8 / nullif(n, 0) / 2 AS average,
               sqrt(n * squares - stars * stars)::float8 / nullif(n, 0) / 2 AS deviation,
               CASE WHEN n > 0 THEN (w * m + stars / 2.0) / (w + n) END AS score
        FROM counted c, prior
    ),
    standing AS (
        SELECT s.*, rank() OVER by_score AS place, count(*) OVER (PARTITION BY score) AS equals,
               count(score) OVER () AS scored, percent_rank() OVER (ORDER BY watchers) AS watcher_percentile,
               row_number() OVER (ORDER BY score DESC NULLS LAST, n DESC, watchers DESC, film_id) AS rank
        FROM scored s WINDOW by_score AS (ORDER BY score DESC NULLS LAST)
    ),
    best AS (
        SELECT s.*, average - f.global_average AS divergence
        FROM standing s JOIN film_columns f USING (film_id)
        WHERE average >= 2 AND watchers >= 3 AND 100 * (scored - place - (equals - 1) / 2.0 + 0.5) / scored >= 50
          AND f.release_year >= 1950 AND f.runtime_minutes BETWEEN 70 AND 190
          AND f.genres && ARRAY['Drama', 'Comedy', 'Crime', 'Horror']
        ORDER BY s.score DESC, n DESC, watchers DESC, film_id LIMIT 50
    )
    SELECT best.film_id, best.rank, best.score, best.average, best.deviation, best.divergence, {buckets}
    FROM best {buckets_of_best} ORDER BY best.rank
"""
_LATER = f"""
    CROSS JOIN LATERAL (
        SELECT {_COUNTED} FROM ratings r
        WHERE r.film_id = best.film_id AND r.member_id = ANY(CAST(:members AS int[]))
    ) later
"""
_TEN = ", ".join(f"b{n}" for n in range(1, 11))
FORMULATIONS = {
    "a count for each bucket": text(_QUESTION.format(buckets_of_all=f", {_COUNTED}", buckets=_TEN, buckets_of_best="")),
    "five buckets in a number": text(
        _QUESTION.format(buckets_of_all=f", {_PACKED}", buckets="b1, b6", buckets_of_best="")
    ),
    "buckets of the fifty alone": text(_QUESTION.format(buckets_of_all="", buckets=_TEN, buckets_of_best=_LATER)),
}


def answer(connection: Connection, formulation: str, members: frozenset[int]) -> list[tuple]:
    """Film, rank, score, average, deviation and divergence of the fifty best; and their buckets."""
    rows = connection.execute(FORMULATIONS[formulation], {"members": sorted(members)})
    return [tuple(row) for row in rows]
