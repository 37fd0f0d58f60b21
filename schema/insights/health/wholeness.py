"""How whole what is known of a group's members is, member by member."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from schema.insights.completeness import LEAST
from schema.insights.groups import Group, MemberRow
from schema.insights.memberships import MEMBERSHIPS, bound
from schema.store.completeness import IDENTIFIED

# The listings that every member has.
LISTINGS = ("rated", "likes")


@dataclass(frozen=True, slots=True)
class Wholeness:
    """Counts over all members: `whole` of `listings` were read to their end and no later reading of them failed;
    `identified` of `reactions` are to films whose TMDB title is known, or known not to exist.

    `below` are the members, by username, who lack a listing or 1 in 100 identities.
    """

    listings: int = 0
    whole: int = 0
    reactions: int = 0
    identified: int = 0
    below: list[MemberRow] = field(default_factory=list)

    @property
    def listings_pct(self) -> float | None:
        """Per cent of the listings; None when there are none."""
        return 100 * self.whole / self.listings if self.listings else None

    @property
    def identity_pct(self) -> float | None:
        """Per cent of the reactions; None when there are none."""
        return 100 * self.identified / self.reactions if self.reactions else None


_QUESTION = text(
    f"""
    WITH m AS ({MEMBERSHIPS}),
    known AS (
        SELECT r.member_id, count(*) AS reactions, count(*) FILTER (WHERE {IDENTIFIED}) AS identified
        FROM ratings r JOIN films f ON f.id = r.film_id
        LEFT JOIN film_metadata_sync q ON q.film_id = f.id AND q.kind = 'identity'
        WHERE (r.rating IS NOT NULL OR r.liked) AND r.member_id IN (SELECT member_id FROM m) GROUP BY r.member_id
    ),
    read AS (
        SELECT member_id, count(*) AS whole FROM listings
        WHERE member_id IN (SELECT member_id FROM m) AND kind = ANY(:kinds) AND swept_at IS NOT NULL AND error IS NULL
        GROUP BY member_id
    )
    SELECT m.place, p.id, p.username, p.display_name, coalesce(read.whole, 0), coalesce(known.reactions, 0),
           coalesce(known.identified, 0)
    FROM m JOIN members p ON p.id = m.member_id
    LEFT JOIN known ON known.member_id = p.id LEFT JOIN read ON read.member_id = p.id
    """
)


def wholeness(connection: Connection, groups: Sequence[Group]) -> dict[Group, Wholeness]:
    """How whole what is known of each group is; groups without members are left out."""
    by_place: dict[int, list[tuple]] = {}
    for place, *row in connection.execute(_QUESTION, {**bound(groups), "kinds": list(LISTINGS)}):
        by_place.setdefault(place, []).append((MemberRow(*row[:3]), *row[3:]))
    return {groups[place]: _added(rows) for place, rows in by_place.items()}


def _added(rows: Sequence[tuple[MemberRow, int, int, int]]) -> Wholeness:
    below = [
        member
        for member, whole, reactions, identified in rows
        if whole < len(LISTINGS) or 100 * identified < LEAST * reactions
    ]
    return Wholeness(
        len(LISTINGS) * len(rows),
        *(sum(column) for column in list(zip(*rows, strict=True))[1:]),
        sorted(below, key=lambda member: member.username),
    )
