"""The needs-enrichment queue: what is still to be asked about a film, why it failed, when to try again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

# After a failure the next try waits an hour, then four, sixteen, … at most a week.
_FIRST_RETRY = timedelta(hours=1)
_LAST_RETRY = timedelta(days=7)
# What an upstream positively did not have it may have by now; that is rare, and each time costs a request.
_RECHECK = timedelta(days=180)

# Sources that had no answer learn, too; where no film page may be asked, they are all that there is.
_ASKED_ANEW = timedelta(days=30)

# Who is to be asked what a film is, cheapest first. A source that had no answer we accept is not asked again soon.
SOURCES = ("catalogue", "wikidata", "search", "page")

_IDENTITY = "q.kind = 'identity' AND q.status IN ('pending', 'failed') AND q.next_attempt_at <= now()"
# What makes an entry `q` of film `f` due, by who would be asked.
DUE = {
    "catalogue": f"{_IDENTITY} AND NOT 'catalogue' = ANY(q.asked)"
    " AND EXISTS (SELECT FROM catalogue c JOIN film_slugs s USING (slug) WHERE s.film_id = f.id)",
    "wikidata": f"{_IDENTITY} AND NOT 'wikidata' = ANY(q.asked) AND f.slug IS NOT NULL",
    "search": f"{_IDENTITY} AND NOT 'search' = ANY(q.asked) AND f.release_year IS NOT NULL",
    # A known absence is asked after again where it comes from; what was said by hand is not.
    "page": f"({_IDENTITY} OR q.kind = 'identity' AND q.status = 'absent' AND q.next_attempt_at <= now()"
    " AND f.identified_by IS DISTINCT FROM 'manual') AND (f.slug IS NOT NULL OR f.letterboxd_id IS NOT NULL)",
    # An answer is asked for again when it has expired, or was thrown away because of its age.
    "tmdb": "q.kind = 'tmdb' AND f.tmdb_id IS NOT NULL AND (q.status <> 'fetched' AND"
    " q.next_attempt_at <= now() OR q.status = 'fetched' AND NOT EXISTS (SELECT FROM tmdb_payloads p"
    " WHERE (p.type, p.id) = (f.tmdb_type, f.tmdb_id) AND p.expires_at > now()))",
    # What was fetched is due again when it can have changed, see `store.facts.keep_histogram`.
    "histogram": "q.kind = 'histogram' AND q.next_attempt_at <= now() AND f.slug IS NOT NULL"
    " AND EXISTS (SELECT FROM ratings r WHERE r.film_id = f.id)",
}
_ALL = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film whose entry in the queue is due, and what is known of it. `new` when nothing was fetched yet."""

    film_id: int
    slug: str | None
    letterboxd_id: int | None
    title: str
    original_title: str | None
    release_year: int | None
    primary_director: str | None
    tmdb_type: str | None
    tmdb_id: int | None
    imdb_id: str | None
    identified_by: str | None
    new: bool
    candidates: list[dict]

    @property
    def address(self) -> str | None:
        """What stands for the film in Letterboxd's addresses: its slug, else `film:N`, which leads to it."""
        return self.slug or (f"film:{self.letterboxd_id}" if self.letterboxd_id is not None else None)


_COLUMNS = ", ".join(f"f.{field.name}" for field in fields(Wanted)[1:-2])


def due_ids(connection: Connection, source: str, limit: int | None = None, cohort_id: int | None = None) -> list[int]:
    """Films about which `source` (a key of DUE) is to be asked now, all or at most `limit`.

    What was never fetched comes first, then what most members watched (of the cohort, when one is given).
    """
    rows = connection.execute(
        text(
            "SELECT f.id FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
            " LEFT JOIN (SELECT film_id, count(*) AS watchers FROM ratings"
            " WHERE CAST(:cohort AS bigint) IS NULL"
            " OR member_id IN (SELECT member_id FROM cohort_members WHERE cohort_id = :cohort)"
            " GROUP BY film_id) w ON w.film_id = f.id"
            f" WHERE {DUE[source]} AND (CAST(:cohort AS bigint) IS NULL OR w.watchers > 0)"
            " ORDER BY q.status <> 'fetched' DESC, coalesce(w.watchers, 0) DESC, f.id LIMIT :limit"
        ),
        {"limit": _ALL if limit is None else limit, "cohort": cohort_id},
    )
    return list(rows.scalars())


def wanted(connection: Connection, source: str, film_ids: Sequence[int]) -> list[Wanted]:
    """What is known of films that `source` is to be asked about, in the order of the ids."""
    rows = connection.execute(
        text(
            f"SELECT f.id, {_COLUMNS}, q.status <> 'fetched', q.candidates"
            " FROM unnest(CAST(:films AS int[])) WITH ORDINALITY AS wanted (film_id, place)"
            " JOIN film_metadata_sync q USING (film_id) JOIN films f ON f.id = q.film_id"
            " WHERE q.kind = :kind ORDER BY place"
        ),
        {"films": list(film_ids), "kind": "identity" if source in SOURCES else source},
    )
    return [Wanted(*row) for row in rows]


def want(connection: Connection, film_ids: Sequence[int], kind: str) -> None:
    """Puts films into the queue for `kind`, unless they are in it already."""
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync (film_id, kind) SELECT unnest(CAST(:films AS int[])), :kind"
            " ON CONFLICT DO NOTHING"
        ),
        {"films": sorted(film_ids), "kind": kind},
    )


def reopen(connection: Connection, film_ids: Sequence[int], kind: str) -> None:
    """Makes closed entries pending again, to be asked now."""
    connection.execute(
        text(
            "UPDATE film_metadata_sync SET status = 'pending', attempts = 0, error = NULL, next_attempt_at = now()"
            " WHERE film_id = ANY(:films) AND kind = :kind"
        ),
        {"films": list(film_ids), "kind": kind},
    )


def settle(
    connection: Connection,
    film_ids: Sequence[int],
    kind: str,
    status: str = "fetched",
    *,
    reason: str | None = None,
    again_at: datetime | None = None,
) -> None:
    """Closes entries: "fetched", or "absent" when the upstream positively has nothing, for a `reason`.

    An entry that has something like an age is due again at `again_at`; an absence, if nothing else is said, after
    half a year.
    """
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync AS q (film_id, kind, status, attempts, error, next_attempt_at)"
            " SELECT unnest(CAST(:films AS int[])), :kind, :status, 1, :reason, coalesce(:again, now() + :rest)"
            " ON CONFLICT (film_id, kind) DO UPDATE SET status = excluded.status, error = excluded.error,"
            " attempts = q.attempts + 1, next_attempt_at = excluded.next_attempt_at"
        ),
        {
            "films": sorted(film_ids),
            "kind": kind,
            "status": status,
            "reason": reason,
            "again": again_at,
            "rest": _RECHECK if status == "absent" else timedelta(0),
        },
    )


# What had succeeded before starts from the shortest wait.
_IN_A_ROW = "CASE q.status WHEN 'failed' THEN q.attempts ELSE 0 END"


def fail(connection: Connection, film_ids: Sequence[int], kind: str, error: str) -> None:
    """Keeps films in the queue with the reason, the next attempt four times later than the last one."""
    connection.execute(
        text(
            "INSERT INTO film_metadata_sync AS q (film_id, kind, status, attempts, error, next_attempt_at)"
            " SELECT unnest(CAST(:films AS int[])), :kind, 'failed', 1, :error, now() + :first"
            " ON CONFLICT (film_id, kind) DO UPDATE SET status = 'failed', error = excluded.error,"
            f" attempts = {_IN_A_ROW} + 1, next_attempt_at = now()"
            f" + least(:first * power(4, least({_IN_A_ROW}, 10)), CAST(:last AS interval))"
        ),
        {"films": sorted(film_ids), "kind": kind, "error": error, "first": _FIRST_RETRY, "last": _LAST_RETRY},
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A title that a source proposed for a film, and why it was not accepted."""

    source: str
    tmdb_type: str
    tmdb_id: int
    why: str


def keep_open(
    connection: Connection,
    source: str,
    film_ids: Sequence[int],
    candidates: dict[int, Sequence[Candidate]] | None = None,
) -> None:
    """Notes that `source` had no identity for these films that we accept, and what it proposed.

    The next source is asked. Only the latest proposal of a source is kept.
    """
    proposed = candidates or {}
    connection.execute(
        text(
            "UPDATE film_metadata_sync q SET status = 'pending', error = NULL, attempts = 0, next_attempt_at = now(),"
            " asked = array_append(array_remove(q.asked, :source), :source), asked_at = now(),"
            " candidates = (SELECT coalesce(jsonb_agg(c), '[]') FROM jsonb_array_elements(q.candidates) c"
            " WHERE c ->> 'source' <> :source) || given.candidates"
            " FROM unnest(CAST(:films AS int[]), CAST(:candidates AS jsonb[])) given (film_id, candidates)"
            " WHERE q.film_id = given.film_id AND q.kind = 'identity' AND q.status NOT IN ('fetched', 'absent')"
        ),
        {
            "source": source,
            "films": list(film_ids),
            "candidates": [json.dumps([_document(c) for c in proposed.get(film, ())]) for film in film_ids],
        },
    )


def _document(candidate: Candidate) -> dict[str, str]:
    return {
        "source": candidate.source,
        "tmdb": f"{candidate.tmdb_type}/{candidate.tmdb_id}",
        "why": candidate.why,
    }


def ask_anew(connection: Connection) -> int:
    """Has all sources asked again about films that stayed open, a month after the last was; returns how many."""
    return connection.execute(
        text(
            "UPDATE film_metadata_sync SET asked = '{}' WHERE kind = 'identity' AND status IN ('pending', 'failed')"
            " AND asked <> '{}' AND asked_at < now() - CAST(:rest AS interval)"
        ),
        {"rest": _ASKED_ANEW},
    ).rowcount


def retry_of_cohort(connection: Connection, cohort_id: int) -> int:
    """Makes every failed entry of the films that a cohort's members know due now; returns how many."""
    return connection.execute(
        text(
            "UPDATE film_metadata_sync SET next_attempt_at = now(), attempts = 0 WHERE status = 'failed'"
            " AND film_id IN (SELECT r.film_id FROM ratings r JOIN cohort_members m USING (member_id)"
            " WHERE m.cohort_id = :cohort)"
        ),
        {"cohort": cohort_id},
    ).rowcount


def retry(connection: Connection, kind: str) -> int:
    """Makes every failed entry of a kind (identity, tmdb or histogram) due now; returns how many."""
    return connection.execute(
        text(
            "UPDATE film_metadata_sync SET next_attempt_at = now(), attempts = 0"
            " WHERE kind = :kind AND status = 'failed'"
        ),
        {"kind": kind},
    ).rowcount
