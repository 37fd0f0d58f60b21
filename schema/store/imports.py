"""Takes in what a member's export tells: a complete reading of ratings, likes, films watched and favourites at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.store import cohorts, listings, reactions, vectors
from schema.store.bulk import fill_temporary
from schema.store.locks import hold_back_merges, hold_member
from schema.store.reactions import INCOMING, INCOMING_COLUMNS, Reaction

SOURCE = "export"

# The listings that an export stands for. What is told together is refused together when one of them was read later.
_REACTIONS = {"rating": "rated", "liked": "likes", "watched": "watched"}
_FAVORITES = {"favorite": "profile"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import changed: reactions `told` anew or otherwise than before (a favourite is one of its own), and
    those `withdrawn`.

    `older` names the facets of which something newer was known already, so that the export was not heard.
    """

    told: int
    withdrawn: int
    older: tuple[str, ...]


def take(
    connection: Connection,
    member_id: int,
    told: Sequence[Reaction],
    knows: Collection[str],
    *,
    observed_at: datetime,
) -> Taken:
    """Makes `told`, a film once, the member's reactions as of `observed_at`, in the facets that the export `knows`.

    Films it does not hold lose these facets; every change after the member's first reading is recorded. What was
    observed later stays, and an export older than the last complete reading changes nothing. The same export
    twice writes nothing.
    """
    hold_back_merges(connection)
    hold_member(connection, member_id)
    read = _read_at(connection, member_id)
    changed, withdrawn, older = 0, 0, []
    for group in (_REACTIONS, _FAVORITES):
        facets = [facet for facet in group if facet in knows]
        if any(read[kind] > observed_at for kind in group.values() if kind in read):
            older += facets
        elif facets:
            news = any(kind in read for kind in group.values())
            wrote, gone = _take(connection, member_id, told, facets, observed_at=observed_at, record=news)
            changed, withdrawn = changed + wrote, withdrawn + gone
            for facet in facets:
                found = sum(bool(getattr(reaction, facet)) for reaction in told)
                listings.record(connection, None, member_id, group[facet], observed_at=observed_at, found=found)
    if changed or withdrawn:
        vectors.rewrite(connection, [member_id])
        cohorts.touch_those_of(connection, [member_id])
    return Taken(changed, withdrawn, tuple(older))


def _read_at(connection: Connection, member_id: int) -> Mapping[str, datetime]:
    """When each of the member's listings was last read completely."""
    rows = connection.execute(
        text("SELECT kind, swept_at FROM listings WHERE member_id = :member AND swept_at IS NOT NULL"),
        {"member": member_id},
    )
    return dict(rows.all())


def _take(
    connection: Connection,
    member_id: int,
    told: Sequence[Reaction],
    facets: Sequence[str],
    *,
    observed_at: datetime,
    record: bool,
) -> tuple[int, int]:
    fill_temporary(
        connection,
        INCOMING,
        INCOMING_COLUMNS,
        (
            reactions.incoming(reaction, observed_at)
            for reaction in told
            if any(getattr(reaction, facet) for facet in facets)
        ),
    )
    changed = reactions.merge_incoming(connection, facets, source=SOURCE, record=record)
    gone = {
        film
        for facet in facets
        for film in reactions.not_incoming(connection, member_id, facet, observed_at=observed_at)
    }
    reactions.withdraw(connection, member_id, facets, sorted(gone), source=SOURCE, observed_at=observed_at)
    return changed, len(gone)
