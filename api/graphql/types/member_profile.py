"""What the GraphQL type Member says of what a member gave, and of the cohorts that hold them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.of_member import CohortsOfMember
from api.graphql.types.film import Film
from api.graphql.types.source import Source
from schema.insights.profiles import NOTHING, Profile, Told

if TYPE_CHECKING:
    from api.graphql.types.cohort import Cohort


@strawberry.type(description="How a member's ratings are distributed.")
class MemberRatings:
    histogram: list[int] = strawberry.field(description="Ten counts, from half a star to five.")
    count: int = strawberry.field(description="How many ratings there are.")
    average: float | None = strawberry.field(description="Their mean in stars. Null when there are none.")


@strawberry.type(description="Something that told what a member thinks of films.")
class MemberSource:
    source: Source = strawberry.field(description="What it is.")
    reactions: int = strawberry.field(description="How many of the member's reactions are known in its name now.")
    last_read_at: datetime | None = strawberry.field(
        description="When it was read last, UTC: a page or feed then, an export when it was made. Null when not known."
    )

    @classmethod
    def of(cls, told: Told) -> "MemberSource":
        """The source in a row."""
        return cls(source=Source(told.source), reactions=told.reactions, last_read_at=told.read_at)


@strawberry.type
class MemberProfile:
    key: strawberry.Private[int]

    @strawberry.field(description="How the member's ratings are distributed.")
    async def ratings(self, info: Info) -> MemberRatings:
        profile = await self._profile(info)
        return MemberRatings(histogram=profile.histogram, count=profile.rated, average=profile.average)

    @strawberry.field(description="Films the member has rated, as far as is known here; so with the next three.")
    async def rated_count(self, info: Info) -> int:
        return (await self._profile(info)).rated

    @strawberry.field(description="Films the member has liked, with or without a rating.")
    async def liked_count(self, info: Info) -> int:
        return (await self._profile(info)).liked

    @strawberry.field(
        description="Films with any reaction of the member: a rating, a like, a favourite, or word of watching it."
    )
    async def watched_count(self, info: Info) -> int:
        return (await self._profile(info)).watched

    @strawberry.field(description="Films among the member's favourites; Letterboxd knows four at most.")
    async def favorite_count(self, info: Info) -> int:
        return len((await self._profile(info)).favorites)

    @strawberry.field(
        description="The member's favourites, in no order of theirs: the film met here first comes first."
    )
    async def favorites(self, info: Info) -> list[Film]:
        films = await info.context.load.film_by_id.load_many((await self._profile(info)).favorites)
        return [Film.of(film) for film in films if film is not None]

    @strawberry.field(description="What told about the member, what was read last first; empty before anything was.")
    async def sources(self, info: Info) -> list[MemberSource]:
        return [MemberSource.of(told) for told in await info.context.load.sources_by_member.load(self.key) or []]

    @strawberry.field(description="When the member's films were last read from any source, UTC; null for never.")
    async def last_read_at(self, info: Info) -> datetime | None:
        told = await info.context.load.sources_by_member.load(self.key) or []
        return max((each.read_at for each in told if each.read_at is not None), default=None)

    @strawberry.field(description="The saved cohorts that hold the member and that you may see, by label.")
    async def cohorts(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Annotated["Cohort", strawberry.lazy("api.graphql.types.cohort")]]:
        from api.graphql.types.cohort import Cohort

        load, size, scope = info.context.load, page_size(first), f"cohorts of {self.key}"
        begin = place(scope, after, [str, int])
        rows = await load.cohorts_by_member.load(CohortsOfMember(*(begin or ("", 0)), size + 1, self.key))
        page = rows[:size]

        async def count() -> int:
            return await load.cohort_count_by_member.load(self.key) or 0

        return connection(
            [Cohort.saved(row) for row in page],
            [cursors.encode(scope, [row.label, row.id]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=count,
        )

    async def _profile(self, info: Info) -> Profile:
        return await info.context.load.profile_by_member.load(self.key) or NOTHING
