"""What tells whether an answer given before would be the same now: stamps of cohorts, and whether films changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights.accounts import KEYS, Identity

_COHORTS = """
    SELECT c.id, concat_ws(' ', c.version, c.owner_id, c.visibility, v.members, v.vectors, v.versions, c.label) AS stamp
    FROM cohorts c CROSS JOIN LATERAL (
        SELECT count(*) AS members, count(v.version) AS vectors, sum(v.version) AS versions
        FROM cohort_members m LEFT JOIN member_vectors v USING (member_id) WHERE m.cohort_id = c.id
    ) v WHERE c.id = ANY(:cohorts)
"""
_NOW = text(
    f"""
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           (SELECT coalesce(max(changed_in), 0) FROM film_changes),
           (SELECT json_object_agg(id, stamp) FROM ({_COHORTS}) c),
           (SELECT json_object_agg(encode(secret_hash, 'hex'), json_build_array(account_id, email, scope, id, stale))
            FROM ({KEYS}) k)
    """
)


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


def stamps(
    connection: Connection, cohort_ids: Collection[int], digests: Collection[bytes] = ()
) -> tuple[Stamps, dict[bytes, Identity]]:
    """The stamps of this moment, "" of cohorts that do not exist, and whose keys have these digests. One statement."""
    asked = {"cohorts": list(cohort_ids), "hashes": list(digests)}
    since, changed, cohorts, identities = connection.execute(_NOW, asked).one()
    found = {key: (cohorts or {}).get(str(key), "") for key in cohort_ids}
    return Stamps(since, changed, found), {
        bytes.fromhex(digest): Identity(*identity) for digest, identity in (identities or {}).items()
    }
