"""Sets the members of a cohort beside one member, or beside each other."""

from sqlalchemy import Connection

from api.graphql.connections import page_size
from api.graphql.context import Info
from api.graphql.errors import NotFound, TooComplex
from api.graphql.nullable import nullables
from api.graphql.text import storable
from api.graphql.types.alignment import Alignment, AlignmentMatrix, AlignmentOrder
from api.graphql.types.member import Member
from schema.insights import alignment
from schema.insights.aggregates import Vector
from schema.insights.alignment import Members, align
from schema.insights.company import Company, company, strangers, with_films
from schema.insights.groups import Group, MemberRow

_MOST_IN_MATRIX = 100


async def alignments(
    info: Info, group: Group, username: str, order: AlignmentOrder, not_followed: bool, first: int | None
) -> list[Alignment]:
    """The members of a group beside one member, who need not be in it; raises NotFound for an unknown one."""
    size = page_size(first)
    question = (group, username.lower(), not_followed)
    found = await info.context.database.read(_fetch, *question) if storable(username) else None
    if found is None:
        raise NotFound(f"username: no films are known here of {username!r}")
    return await info.context.compute(_best, *found, order is AlignmentOrder.FARTHEST, size)


async def alignment_matrix(info: Info, group: Group) -> AlignmentMatrix:
    """The whole matrix; raises TooComplex for a cohort that is too large."""
    found = await info.context.database.read(company, group, _MOST_IN_MATRIX)
    if found is None:
        raise TooComplex(f"alignmentMatrix: the cohort has more than {_MOST_IN_MATRIX} members")
    rows = await info.context.compute(alignment.matrix, found.vectors)
    return AlignmentMatrix(
        members=[Member.of(member) for member in found.members],
        score=[nullables(row.score) for row in rows],
        cosine=[nullables(row.cosine) for row in rows],
        shared=[row.shared.tolist() for row in rows],
    )


def _fetch(
    connection: Connection, group: Group, username: str, not_followed: bool
) -> tuple[MemberRow, Vector, Company, set[int] | None] | None:
    one = with_films(connection, username)
    if one is None:
        return None
    found = company(connection, group)
    wanted = strangers(connection, one[0], found.members) if not_followed else None
    return (*one, found, wanted)


def _best(
    one: MemberRow, vector: Vector, found: Company, wanted: set[int] | None, farthest: bool, size: int
) -> list[Alignment]:
    ids = [member.id for member in found.members]
    itself = ids.index(one.id) if one.id in ids else None
    compared = align(vector, Members.of(found.vectors, vector.film_ids), itself)
    order = compared.order(least_first=farthest).tolist()
    rows = [row for row in order if row != itself and (wanted is None or ids[row] in wanted)][:size]
    return [Alignment.of(compared, row, Member.of(found.members[row])) for row in rows]
