"""When a group's members were last read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from schema.insights.groups import Group
from schema.insights.memberships import MEMBERSHIPS, bound
from schema.insights.profiles import OF_FILMS


@dataclass(frozen=True, slots=True)
class Age:
    """When the member read longest ago, and the one read last, were read; `never` counts those who never were.

    `failed` counts members whose last reading ended badly.
    """

    oldest: datetime | None
    newest: datetime | None
    never: int
    failed: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """Of all members, by whichever listing of theirs was read last; and by kind of listing, where any was tried."""

    age: Age = Age(None, None, 0, 0)
    listings: dict[str, Age] = field(default_factory=dict)


_AGES = "min(at), max(at), count(*) FILTER (WHERE at IS NULL), count(error)"
_QUESTION = text(
    f"""
    WITH m AS ({MEMBERSHIPS}),
    listing AS (
        SELECT m.place, m.member_id, k.kind, l.kind IS NOT NULL AS tried, l.observed_at AS at, l.error
        FROM m CROSS JOIN unnest(CAST(:kinds AS text[])) k (kind)
        LEFT JOIN listings l ON l.member_id = m.member_id AND l.kind = k.kind
    )
    SELECT place, NULL AS kind, {_AGES} FROM (
        SELECT place, max(at) AS at, max(error) AS error FROM listing GROUP BY place, member_id
    ) member GROUP BY place
    UNION ALL
    SELECT place, kind, {_AGES} FROM listing GROUP BY place, kind HAVING bool_or(tried)
    """
)


def freshness(connection: Connection, groups: Sequence[Group]) -> dict[Group, Freshness]:
    """How fresh what is known of each group is; groups without members are left out."""
    found: dict[Group, Freshness] = {}
    ages: dict[int, dict[str | None, Age]] = {}
    for place, kind, *age in connection.execute(_QUESTION, {**bound(groups), "kinds": list(OF_FILMS)}):
        ages.setdefault(place, {})[kind] = Age(*age)
    for place, by_kind in ages.items():
        listings = {kind: by_kind[kind] for kind in OF_FILMS if kind in by_kind}
        found[groups[place]] = Freshness(by_kind[None], listings)
    return found
