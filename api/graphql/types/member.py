"""The GraphQL types Member and Overlap."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.errors import NotFound
from api.graphql.loaders.neighbours_by_pair import CohortsKey, CommonKey, CountKey
from api.graphql.text import storable
from api.graphql.types.member_profile import MemberProfile
from schema.insights.groups import MemberRow
from schema.insights.neighbours import Pair

if TYPE_CHECKING:
    from api.graphql.types.cohort import Cohort


@strawberry.type(description="A Letterboxd user whose reactions are known here.")
class Member(MemberProfile):
    username: str = strawberry.field(description="Unique, lower-case; the name in the member's addresses.")
    display_name: str | None = strawberry.field(description="The name the member goes by.")

    @strawberry.field(description="Whom the member follows and who follow back, by username.")
    async def mutuals(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection["Member"]:
        return await in_common(info, "mutual", (self.key, self.key), first, after)

    @strawberry.field(description="What the member has in common with another in the follow graph.")
    async def overlap(
        self,
        info: Info,
        username: Annotated[str, strawberry.argument(description="The other's username, in any case.")],
    ) -> "Overlap":
        other = await info.context.load.member_by_username.load(username.lower()) if storable(username) else None
        if other is None:
            raise NotFound(f"username: not known here: member {username!r}")
        return Overlap(pair=(self.key, other.id))

    @classmethod
    def of(cls, row: MemberRow) -> "Member":
        """The member in a row."""
        return cls(username=row.username, display_name=row.display_name, key=row.id)


@strawberry.type(description="What two members have in common in the follow graph, as far as it has been read.")
class Overlap:
    pair: strawberry.Private[Pair]

    @strawberry.field(description="Whether the member follows the other.")
    async def follows(self, info: Info) -> bool:
        return await info.context.load.follows_by_pair.load(self.pair) or False

    @strawberry.field(description="Whether the other follows the member.")
    async def followed_back(self, info: Info) -> bool:
        return await info.context.load.follows_by_pair.load(self.pair[::-1]) or False

    @strawberry.field(description="Whom both follow, by username.")
    async def following(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Member]:
        return await in_common(info, "following", self.pair, first, after)

    @strawberry.field(description="Who follows both, by username.")
    async def followers(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Member]:
        return await in_common(info, "followers", self.pair, first, after)

    @strawberry.field(description="The saved cohorts that hold both and that you may see, by label.")
    async def cohorts(
        self, info: Info, first: First = strawberry.UNSET
    ) -> list[Annotated["Cohort", strawberry.lazy("api.graphql.types.cohort")]]:
        from api.graphql.types.cohort import Cohort

        rows = await info.context.load.cohorts_by_pair.load(CohortsKey(page_size(first), self.pair))
        return [Cohort.saved(row) for row in rows]


async def in_common(info: Info, relation: str, pair: Pair, first: int | None, after: str | None) -> Connection[Member]:
    """A page of the members whom a pair has in common by a relation of `neighbours`."""
    load, size, scope = info.context.load, page_size(first), f"{relation} of {pair[0]} and {pair[1]}"
    begin = place(scope, after, [str])
    rows = await load.common_by_pair.load(CommonKey(relation, begin[0] if begin else "", size + 1, pair))
    count = CountKey(relation, pair)
    return member_page(rows, size, scope, begin is not None, lambda: load.common_count_by_pair.load(count))


def member_page(
    rows: Sequence[MemberRow], size: int, scope: str, skipped: bool, count: Callable[[], int | Awaitable[int]]
) -> Connection[Member]:
    """A page of `size` members in order of username; one row more says that there are more."""
    page = rows[:size]
    return connection(
        [Member.of(row) for row in page],
        [cursors.encode(scope, [row.username]) for row in page],
        more=len(rows) > size,
        skipped=skipped,
        count=count,
    )
