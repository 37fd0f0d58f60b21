"""Looks saved cohorts up, and says what a definition names that is not known here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.definitions import Definition, leaves
from schema.insights import lists


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A saved cohort; `version` moves with its members and their reactions."""

    id: int
    label: str
    version: int
    member_count: int


_SELECT = (
    "SELECT c.id, c.label, c.version, (SELECT count(*) FROM cohort_members m WHERE m.cohort_id = c.id) FROM cohorts c"
)


def by_id(connection: Connection, cohort_ids: Collection[int]) -> dict[int, CohortRow]:
    """Cohorts by id; unknown ids are left out."""
    rows = connection.execute(text(f"{_SELECT} WHERE c.id = ANY(:cohorts)"), {"cohorts": list(cohort_ids)})
    return {row.id: CohortRow(*row) for row in rows}


def page(connection: Connection, after: str, limit: int) -> list[CohortRow]:
    """The next `limit` cohorts whose labels come after `after`, which "" starts."""
    rows = connection.execute(
        text(f"{_SELECT} WHERE c.label > :after ORDER BY c.label LIMIT :limit"), {"after": after, "limit": limit}
    )
    return [CohortRow(*row) for row in rows]


def count(connection: Connection) -> int:
    """How many cohorts are saved."""
    return connection.execute(text("SELECT count(*) FROM cohorts")).scalar_one()


def unknown_parts(connection: Connection, definition: Definition) -> list[str]:
    """What a checked definition names that cannot be resolved from here, in words; empty when all of it can."""
    named: dict[str, set] = {kind: set() for kind in ("usernames", "following", "followers", "list", "cohort")}
    for kind, value in leaves(definition):
        named[kind].update(value if kind == "usernames" else [value])
    people = named["usernames"] | named["following"] | named["followers"]
    known = _usernames(connection, people)
    cohorts = by_id(connection, named["cohort"]) if named["cohort"] else {}
    unread = _unread(connection, "following", named["following"] & known)
    return [
        *(f"member {name!r}" for name in sorted(people - known)),
        *(f"list {address!r}" for address in sorted(named["list"] - lists.known(connection, named["list"]))),
        *(f"cohort {cohort}" for cohort in sorted(named["cohort"] - set(cohorts))),
        *(f"whom {name!r} follows" for name in sorted(unread)),
        *(f"who follows {name!r}" for name in sorted(_unread(connection, "followers", named["followers"] & known))),
    ]


def _usernames(connection: Connection, names: Iterable[str]) -> set[str]:
    rows = connection.execute(
        text("SELECT username FROM members WHERE username = ANY(:names) AND missing_since IS NULL"),
        {"names": sorted(names)},
    )
    return set(rows.scalars())


def _unread(connection: Connection, direction: str, names: Collection[str]) -> set[str]:
    """Members of whom no relation in this direction is known, and none was ever looked for."""
    if not names:
        return set()
    mine = "follower_id" if direction == "following" else "followee_id"
    rows = connection.execute(
        text(
            "SELECT m.username FROM members m WHERE m.username = ANY(:names)"
            f" AND NOT EXISTS (SELECT FROM follows f WHERE f.{mine} = m.id)"
            " AND NOT EXISTS (SELECT FROM listings l WHERE l.member_id = m.id AND l.kind = :direction"
            " AND l.observed_at IS NOT NULL)"
        ),
        {"names": sorted(names), "direction": direction},
    )
    return set(rows.scalars())
