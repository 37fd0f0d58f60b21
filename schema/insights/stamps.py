"""What tells whether an answer given before would be the same now: stamps of cohorts, and whether films changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

_NOW = text(
    """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
           (SELECT coalesce(max(changed_in), 0) FROM film_changes),
           (SELECT json_object_agg(c.id, concat_ws(' ', c.version, c.owner_id, c.visibility, v.members, v.vectors,
                                                   v.versions, c.label))
            FROM cohorts c CROSS JOIN LATERAL (
                SELECT count(*) AS members, count(v.version) AS vectors, sum(v.version) AS versions
                FROM cohort_members m LEFT JOIN member_vectors v USING (member_id) WHERE m.cohort_id = c.id
            ) v WHERE c.id = ANY(:cohorts))
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
        cohorts = all(later.cohorts.get(key) == stamp for key, stamp in self.cohorts.items())
        return cohorts and later.changed < self.since


def stamps(connection: Connection, cohort_ids: Collection[int]) -> Stamps:
    """The stamps of this moment, "" of cohorts that do not exist. One statement."""
    since, changed, found = connection.execute(_NOW, {"cohorts": list(cohort_ids)}).one()
    return Stamps(since, changed, {key: (found or {}).get(str(key), "") for key in cohort_ids})
