"""What tells whether an answer given before would be the same now: stamps of cohorts, and whether films changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from schema.insights.accounts import KEYS, Identity
from schema.insights.cohorts import CohortRow

_COHORTS = """
    SELECT c.id, c.label, c.version, c.owner_id, c.visibility, v.members, v.vectors || ' ' || v.versions AS vectors
    FROM cohorts c CROSS JOIN LATERAL (
        SELECT count(*) AS members, count(v.version) AS vectors, coalesce(sum(v.version), 0) AS versions
        FROM cohort_members m LEFT JOIN member_vectors v USING (member_id) WHERE m.cohort_id = c.id
    ) v WHERE c.id = ANY(CAST(%(cohorts)s AS bigint[]))
"""
# As psycopg takes it, arrays as text: every request waits for this one, and adapting lists takes longer than the rest.
NOW = f"""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           (SELECT coalesce(max(changed_in), 0) FROM film_changes),
           (SELECT json_agg(json_build_array(id, label, version, owner_id, visibility, members, vectors))
            FROM ({_COHORTS}) c),
           (SELECT json_object_agg(encode(secret_hash, 'hex'), json_build_array(account_id, email, scope, id, stale))
            FROM ({KEYS.replace(":hashes", "CAST(%(hashes)s AS bytea[])")}) k)
    """


@dataclass(frozen=True, slots=True)
class Stamps:
    """A moment: every transaction before `since` was over, `changed` is the last seen that changed a film.

    `cohorts` holds a stamp by cohort id, equal as long as neither a cohort nor its members' reactions change.
    """

    since: int
    changed: int
    cohorts: Mapping[int, str]

    def same(self, later: "Stamps") -> bool:
        """Whether nothing of what is stamped here has changed at a `later` moment."""
        return later.changed < self.since and all(later.cohorts.get(key) == self.cohorts[key] for key in self.cohorts)


@dataclass(frozen=True, slots=True)
class Look:
    """What is seen at a moment: its stamps, the cohorts asked about, and whose keys have which digests."""

    stamps: Stamps
    cohorts: Mapping[int, CohortRow] = field(default_factory=dict)
    identities: Mapping[bytes, Identity] = field(default_factory=dict)


def asked(cohort_ids: Collection[int], digests: Collection[bytes] = ()) -> dict[str, str]:
    """What to ask NOW about cohorts, and about keys by their digests."""
    hashes = (f'"\\\\x{digest.hex()}"' for digest in digests)
    return {"cohorts": f"{{{','.join(map(str, cohort_ids))}}}", "hashes": f"{{{','.join(hashes)}}}"}


def seen(row: Sequence[Any], cohort_ids: Collection[int]) -> Look:
    """What NOW answered about these cohorts; one that does not exist has the stamp ""."""
    since, changed, cohorts, identities = row
    stamps = dict.fromkeys(cohort_ids, "")
    rows = {}
    for *row, vectors in cohorts or ():
        rows[row[0]] = CohortRow(*row)
        stamps[row[0]] = f"{row[1:]} {vectors}"
    found = {bytes.fromhex(digest): Identity(*identity) for digest, identity in (identities or {}).items()}
    return Look(Stamps(since, changed, stamps), rows, found)


def look(connection: Connection, cohort_ids: Collection[int]) -> Look:
    """A look at cohorts as the connection's transaction sees them."""
    return seen(connection.exec_driver_sql(NOW, asked(cohort_ids)).one(), cohort_ids)
