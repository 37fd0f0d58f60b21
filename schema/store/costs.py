"""Counts what a run has cost its upstreams when it ends, and raises an alert when that is far above the norm."""

from sqlalchemy import Connection, text

_NORM_RUNS = 10  # the latest succeeded runs of the same cohort and kind
_FEWEST_RUNS = 3  # before there is a norm
_FACTOR = 2.0
_LEAST_EXCESS = 10  # requests above the norm that are worth a person's time

_COUNT = text(
    """
    WITH named AS (
        SELECT DISTINCT jsonb_array_elements_text(arguments->'usernames') AS username
        FROM sync_steps WHERE run_id = :run AND name = 'crawl' AND arguments ? 'usernames'
    ), members_of_run AS (
        SELECT id FROM members JOIN named USING (username)
        UNION SELECT member_id FROM listings WHERE run_id = :run
    )
    UPDATE sync_runs SET
        requests = (SELECT coalesce(sum(requests), 0) FROM crawl_requests WHERE run_id = :run),
        members = (SELECT count(*) FROM members_of_run),
        ratings = (SELECT count(*) FROM ratings WHERE rating IS NOT NULL
                   AND member_id IN (SELECT id FROM members_of_run))
    WHERE id = :run
    """
)

# Requests a member, so that a cohort which has grown does not alarm anybody; runs about nobody count as of one.
_SPIKE = text(
    """
    WITH mine AS (
        SELECT *, requests::float / greatest(members, 1) AS each FROM sync_runs WHERE id = :run
    ), before AS (
        SELECT r.requests::float / greatest(r.members, 1) AS each FROM sync_runs r, mine
        WHERE r.cohort_id = mine.cohort_id AND r.kind = mine.kind AND r.status = 'succeeded'
          AND r.requests IS NOT NULL AND r.id < mine.id
        ORDER BY r.id DESC LIMIT :runs
    ), norm AS (
        SELECT count(*) AS runs, percentile_cont(0.5) WITHIN GROUP (ORDER BY each) AS each FROM before
    )
    INSERT INTO alerts (run_id, kind, message)
    SELECT mine.id, 'requests',
           format('%s requests a member; the norm is %s, the median of the last %s runs of this kind',
                  round(mine.each::numeric, 1), round(norm.each::numeric, 1), norm.runs)
    FROM mine, norm
    WHERE norm.runs >= :fewest AND mine.each > :factor * norm.each
      AND mine.requests - norm.each * greatest(mine.members, 1) >= :excess
      AND NOT EXISTS (SELECT FROM alerts a WHERE a.run_id = mine.id AND a.kind = 'requests')
    """
)


def settle(connection: Connection, run_id: int) -> None:
    """Writes down requests, members and ratings of a run that ends, and alerts when it asked too much."""
    connection.execute(_COUNT, {"run": run_id})
    connection.execute(
        _SPIKE,
        {"run": run_id, "runs": _NORM_RUNS, "fewest": _FEWEST_RUNS, "factor": _FACTOR, "excess": _LEAST_EXCESS},
    )
