"""What the GraphQL type Cohort says of its members beside each other."""

from typing import Annotated

import strawberry

from api.graphql import cursors
from api.graphql.alignments import alignment_matrix, alignments
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.types.alignment import Alignment, AlignmentMatrix, AlignmentOrder
from api.graphql.types.grouped import Grouped
from api.graphql.types.member import Member
from schema.insights import neighbours


@strawberry.type(description="A member outside a cohort whom its members follow.")
class Suggestion:
    member: Member = strawberry.field(description="Who might be added.")
    followed_by: int = strawberry.field(description="Members of the cohort who follow them.")


@strawberry.type
class CohortCompany(Grouped):
    @strawberry.field(
        description="Its members beside one member, who need not be one of them: whose taste is closest, or farthest."
        " Members with no film in common come last in either order. An error when no films are known of the member."
    )
    async def alignment(
        self,
        info: Info,
        username: Annotated[str, strawberry.argument(description="The member's username, in any case.")],
        order: Annotated[AlignmentOrder, strawberry.argument(description="Who comes first.")] = AlignmentOrder.CLOSEST,
        not_followed: Annotated[
            bool, strawberry.argument(description="Only members whom the member does not follow: whom to follow next.")
        ] = False,
        first: First = strawberry.UNSET,
    ) -> list[Alignment]:
        return await alignments(info, self.group, username, order, not_followed, first)

    @strawberry.field(
        description="Every member beside every other. Only for cohorts of at most 100 members; counts as 1,000 list"
        " entries."
    )
    async def alignment_matrix(self, info: Info) -> AlignmentMatrix:
        return await alignment_matrix(info, self.group)

    @strawberry.field(
        description="Members with known films whom its members follow but who are not in it: followed by most first,"
        " then by username."
    )
    async def suggestions(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Suggestion]:
        size, scope = page_size(first), f"{self.scope}:suggestions"
        begin = place(scope, after, [int, str])
        read = info.context.database.read
        rows = await read(neighbours.suggestions, self.group, tuple(begin) if begin else None, size + 1)
        page = rows[:size]
        return connection(
            [Suggestion(member=Member.of(row.member), followed_by=row.followed_by) for row in page],
            [cursors.encode(scope, [row.followed_by, row.member.username]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: read(neighbours.count_suggestions, self.group),
        )
