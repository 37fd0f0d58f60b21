"""Records what members gave, when and through whom, and takes it away again when they withdraw it."""

from collections.abc import Mapping
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import Connection, text

from schema.store import cohorts, feeds, reactions, vectors
from schema.store.locks import hold_back_merges, hold_member

SOURCES = ("export", "rss")

_READER = "CASE WHEN l.run_id IS NULL THEN 'export' ELSE 'crawl' END"  # a complete reading by an export has no run
# What they have handed in, and nobody has begun to import.
_CANCEL = """
    UPDATE sync_runs SET status = 'failed', error = 'withdrawn by the member', finished_at = now()
    WHERE status = 'queued' AND id IN (
        SELECT run_id FROM sync_steps WHERE name = 'import' AND (arguments ->> 'member_id')::int = :member)"""
# What a complete reading of another source has confirmed since stays, without the dates that only the withdrawn
# one told.
_KEEP = f"""
    UPDATE ratings r SET source = {_READER}, rated_at = NULL, diary_entry_url = NULL,
        watched = r.watched AND l.run_id IS NULL
    FROM listings l
    WHERE r.member_id = :member AND r.source = :source AND l.member_id = r.member_id
      AND l.kind = CASE WHEN r.rating IS NOT NULL THEN 'rated' WHEN r.liked THEN 'likes' ELSE 'watched' END
      AND l.way NOT IN ('newest', 'feed') AND l.observed_at >= r.observed_at AND {_READER} <> :source"""
_KEEP_FAVORITES = f"""
    UPDATE ratings r SET favorite_source = {_READER} FROM listings l
    WHERE r.member_id = :member AND r.favorite_source = :source AND l.member_id = r.member_id AND l.kind = 'profile'
      AND l.way NOT IN ('newest', 'feed') AND l.observed_at >= r.favorite_observed_at AND {_READER} <> :source"""
_FORGET = [
    """
    UPDATE ratings SET rating = NULL, liked = false, watched = false, rated_at = NULL, diary_entry_url = NULL,
        observed_at = NULL, source = coalesce(favorite_source, source)
    WHERE member_id = :member AND source = :source AND (rating IS NOT NULL OR liked OR watched)""",
    """
    UPDATE ratings SET favorite = false, favorite_source = NULL, favorite_observed_at = NULL
    WHERE member_id = :member AND favorite_source = :source AND favorite""",
]
# What a crawl never tells came from elsewhere.
_DETAILS = """
    UPDATE ratings SET rated_at = NULL, diary_entry_url = NULL, watched = false
    WHERE member_id = :member AND source = 'crawl'
      AND (rated_at IS NOT NULL OR diary_entry_url IS NOT NULL OR watched)"""


def give(
    connection: Connection,
    member_id: int,
    source: str,
    *,
    account_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Records that a member gave `source`: "export", each but once, or "rss", once until it is withdrawn."""
    connection.execute(
        text(
            "INSERT INTO consents (member_id, source, account_id, detail)"
            " SELECT :member, CAST(:source AS text), CAST(:account AS bigint), CAST(:detail AS jsonb)"
            " WHERE NOT EXISTS (SELECT FROM consents WHERE member_id = :member AND source = CAST(:source AS text)"
            " AND withdrawn_at IS NULL AND detail = CAST(:detail AS jsonb))"
            " ON CONFLICT (member_id) WHERE source = 'rss' AND withdrawn_at IS NULL DO NOTHING"
        ),
        {"member": member_id, "source": source, "account": account_id, "detail": Jsonb(dict(detail or {}))},
    )


def withdraw(connection: Connection, member_id: int, source: str) -> int:
    """Ends the member's consents for `source` and removes what only it told; returns how many reactions went.

    What a complete reading of another source has confirmed since stays, in that source's name. What another had
    told before and `source` told anew is not known any more: the member's listings count as never read, so that
    the next sync or import tells it again. The history of what `source` told goes too.
    """
    hold_back_merges(connection)
    hold_member(connection, member_id)
    where = {"member": member_id, "source": source}

    def run(statement: str) -> int:
        return connection.execute(text(statement), where).rowcount

    run(
        "UPDATE consents SET withdrawn_at = now(), detail = '{}'"
        " WHERE member_id = :member AND source = :source AND withdrawn_at IS NULL"
    )
    if source == "export":
        run(_CANCEL)
    run(_KEEP)
    run(_KEEP_FAVORITES)
    gone = sum(run(statement) for statement in _FORGET)
    run(_DETAILS)
    reactions.drop_empty(connection, member_id)
    run("DELETE FROM rating_events WHERE member_id = :member AND source = :source")
    if gone:
        run("DELETE FROM listings WHERE member_id = :member AND kind IN ('rated', 'likes', 'watched', 'profile')")
    if source == "rss":
        feeds.forget(connection, member_id)
    else:
        feeds.tell_again(connection, member_id)
    vectors.rewrite(connection, [member_id])
    cohorts.touch_those_of(connection, [member_id])
    return gone
