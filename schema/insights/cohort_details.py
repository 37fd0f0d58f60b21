"""What a saved cohort is made of: its definition, its members, and when it was last brought up to date."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.definitions import Definition
from schema.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CohortDetails:
    """A saved cohort as its operator sees it; `synced_at` is when its last successful sync ended.

    `owner` is an account's e-mail address, None when the cohort is the installation's own.
    """

    id: int
    label: str
    definition: Definition
    members: int
    version: int
    owner_id: int | None
    owner: str | None
    visibility: str
    refreshed_at: datetime | None
    synced_at: datetime | None


_SELECT = (
    "SELECT c.id, c.label, c.definition, (SELECT count(*) FROM cohort_members m WHERE m.cohort_id = c.id), c.version,"
    " c.owner_id, (SELECT email FROM accounts a WHERE a.id = c.owner_id), c.visibility, c.refreshed_at,"
    " (SELECT max(r.finished_at) FROM sync_runs r WHERE r.cohort_id = c.id AND r.status = 'succeeded'"
    " AND r.kind IN ('full', 'delta')) FROM cohorts c"
)


def all_cohorts(connection: Connection) -> list[CohortDetails]:
    """Every saved cohort, by label."""
    return [CohortDetails(*row) for row in connection.execute(text(f"{_SELECT} ORDER BY c.label, c.id"))]


def by_name(connection: Connection, name: str) -> list[CohortDetails]:
    """The cohorts with this label — of several owners — or, failing that, the one with this id."""
    number = int(name) if name.isdecimal() and len(name) < 19 else None
    rows = connection.execute(
        text(f"{_SELECT} WHERE c.label = :label OR c.id = :id ORDER BY c.label = :label DESC, c.id"),
        {"label": name, "id": number},
    )
    found = [CohortDetails(*row) for row in rows]
    return [each for each in found if each.label == name] or found


def viewer_of(connection: Connection, cohort_id: int) -> Viewer:
    """On whose behalf a cohort is brought up to date: what its owner may not see is not in it."""
    owner = connection.execute(
        text("SELECT a.id, a.operator FROM cohorts c LEFT JOIN accounts a ON a.id = c.owner_id WHERE c.id = :cohort"),
        {"cohort": cohort_id},
    ).one()
    return Viewer(operator=True) if owner.id is None else Viewer(owner.id, operator=owner.operator)


def definition_of(connection: Connection, cohort_id: int) -> Definition:
    """What a cohort resolves from."""
    return connection.execute(
        text("SELECT definition FROM cohorts WHERE id = :cohort"), {"cohort": cohort_id}
    ).scalar_one()


def usernames(connection: Connection, cohort_id: int) -> list[str]:
    """The members of a cohort, by name."""
    return list(
        connection.execute(
            text(
                "SELECT username FROM cohort_members JOIN members ON id = member_id"
                " WHERE cohort_id = :cohort ORDER BY username"
            ),
            {"cohort": cohort_id},
        ).scalars()
    )


def known_usernames(connection: Connection, names: Collection[str]) -> set[str]:
    """Those of `names` that are members we hold and the upstream still had when last asked."""
    return set(
        connection.execute(
            text("SELECT username FROM members WHERE username = ANY(:names) AND missing_since IS NULL"),
            {"names": sorted(names)},
        ).scalars()
    )
