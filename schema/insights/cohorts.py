"""Looks saved cohorts up, and says what a definition names that is not known here."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.definitions import Definition, leaves
from schema.insights import lists
from schema.secrets import digest
from schema.viewer import VISIBLE, Viewer


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A saved cohort; `version` moves with its members and their reactions."""

    id: int
    label: str
    version: int
    owner_id: int | None
    visibility: str
    member_count: int


_SELECT = (
    "SELECT c.id, c.label, c.version, c.owner_id, c.visibility,"
    " (SELECT count(*) FROM cohort_members m WHERE m.cohort_id = c.id) FROM cohorts c"
)


def by_id(connection: Connection, cohort_ids: Collection[int], viewer: Viewer) -> dict[int, CohortRow]:
    """Cohorts by id; those that are unknown, or that `viewer` may not see, are left out."""
    rows = connection.execute(
        text(f"{_SELECT} WHERE c.id = ANY(:cohorts) AND {VISIBLE}"), {"cohorts": list(cohort_ids), **viewer.bound}
    )
    return {row.id: CohortRow(*row) for row in rows}


def by_share(connection: Connection, token: str) -> CohortRow | None:
    """The cohort that a share shows; None when there is none, or no longer."""
    row = connection.execute(
        text(
            f"{_SELECT} JOIN shares s ON s.cohort_id = c.id WHERE s.secret_hash = :hash"
            " AND coalesce(s.expires_at > now(), true) AND c.visibility <> 'private'"
        ),
        {"hash": digest(token)},
    ).one_or_none()
    return CohortRow(*row) if row else None


# Of the cohorts that exist for someone, all or just their own.
_LISTED = f"{VISIBLE} AND (NOT CAST(:mine AS boolean) OR c.owner_id = CAST(:viewer AS bigint))"


def page(
    connection: Connection, after: tuple[str, int], limit: int, viewer: Viewer, *, mine: bool = False
) -> list[CohortRow]:
    """The next `limit` cohorts, by label and then id, that come after `after`, which ("", 0) starts."""
    rows = connection.execute(
        text(f"{_SELECT} WHERE (c.label, c.id) > (:label, :id) AND {_LISTED} ORDER BY c.label, c.id LIMIT :limit"),
        {"label": after[0], "id": after[1], "limit": limit, "mine": mine, **viewer.bound},
    )
    return [CohortRow(*row) for row in rows]


def count(connection: Connection, viewer: Viewer, *, mine: bool = False) -> int:
    """How many cohorts exist for someone."""
    return connection.execute(
        text(f"SELECT count(*) FROM cohorts c WHERE {_LISTED}"), {"mine": mine, **viewer.bound}
    ).scalar_one()


def common(
    connection: Connection, limit: int, pairs: Collection[tuple[int, int]], viewer: Viewer
) -> dict[tuple[int, int], list[CohortRow]]:
    """The first `limit` cohorts, by label, that hold both members of each pair and that `viewer` may see."""
    rows = connection.execute(
        text(
            "SELECT one, other, found.* FROM unnest(CAST(:ones AS int[]), CAST(:others AS int[])) AS p(one, other),"
            f" LATERAL ({_SELECT} JOIN cohort_members a ON a.cohort_id = c.id AND a.member_id = p.one"
            f" JOIN cohort_members b ON b.cohort_id = c.id AND b.member_id = p.other WHERE {VISIBLE}"
            " ORDER BY c.label, c.id LIMIT :limit) found ORDER BY one, other, label, id"
        ),
        {
            "ones": [one for one, _ in pairs],
            "others": [other for _, other in pairs],
            "limit": limit,
            **viewer.bound,
        },
    )
    found: dict[tuple[int, int], list[CohortRow]] = {}
    for one, other, *row in rows:
        found.setdefault((one, other), []).append(CohortRow(*row))
    return found


def of_members(
    connection: Connection, after: tuple[str, int], limit: int, member_ids: Collection[int], viewer: Viewer
) -> dict[int, list[CohortRow]]:
    """The next `limit` cohorts, as in `page`, that hold each member and that `viewer` may see."""
    rows = connection.execute(
        text(
            "SELECT held.member_id, found.* FROM unnest(CAST(:members AS int[])) AS held(member_id),"
            f" LATERAL ({_SELECT} JOIN cohort_members h ON h.cohort_id = c.id AND h.member_id = held.member_id"
            f" WHERE (c.label, c.id) > (:label, :id) AND {VISIBLE} ORDER BY c.label, c.id LIMIT :limit) found"
            " ORDER BY held.member_id, label, id"
        ),
        {"members": list(member_ids), "label": after[0], "id": after[1], "limit": limit, **viewer.bound},
    )
    found: dict[int, list[CohortRow]] = {}
    for member_id, *row in rows:
        found.setdefault(member_id, []).append(CohortRow(*row))
    return found


def count_of_members(connection: Connection, member_ids: Collection[int], viewer: Viewer) -> dict[int, int]:
    """How many cohorts that `viewer` may see hold each member; members in none are left out."""
    rows = connection.execute(
        text(
            "SELECT h.member_id, count(*) FROM cohorts c JOIN cohort_members h ON h.cohort_id = c.id"
            f" WHERE h.member_id = ANY(CAST(:members AS int[])) AND {VISIBLE} GROUP BY h.member_id"
        ),
        {"members": list(member_ids), **viewer.bound},
    )
    return dict(rows.all())


def hidden_parts(connection: Connection, definition: Definition, viewer: Viewer) -> list[str]:
    """The cohorts that a checked definition names and that do not exist for `viewer`, in words."""
    named = {value for kind, value in leaves(definition) if kind == "cohort"}
    known = by_id(connection, named, viewer) if named else {}
    return [f"cohort {cohort}" for cohort in sorted(named - set(known))]


def unknown_parts(connection: Connection, definition: Definition, viewer: Viewer) -> list[str]:
    """What a checked definition names that cannot be resolved from here, in words; empty when all of it can."""
    named: dict[str, set] = {kind: set() for kind in ("usernames", "following", "followers", "list", "cohort")}
    for kind, value in leaves(definition):
        named[kind].update(value if kind == "usernames" else [value])
    people = named["usernames"] | named["following"] | named["followers"]
    known = _usernames(connection, people)
    unread = _unread(connection, "following", named["following"] & known)
    return [
        *(f"member {name!r}" for name in sorted(people - known)),
        *(f"list {address!r}" for address in sorted(named["list"] - lists.known(connection, named["list"]))),
        *hidden_parts(connection, definition, viewer),
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
