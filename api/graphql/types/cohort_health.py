"""The GraphQL type CohortHealth, and what it is made of."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from api.graphql.connections import MAX_PAGE, After, Connection, First, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.health_by_group import LatestRuns
from api.graphql.types.enrichment import EnrichmentKind
from api.graphql.types.grouped import Grouped
from api.graphql.types.member import Member, member_page
from api.graphql.types.sync_run import RunCompleteness, SyncRun
from schema.insights.groups import SavedGroup
from schema.insights.health.coverage import KINDS, Backlog, Coverage
from schema.insights.health.freshness import Age, Freshness
from schema.insights.health.wholeness import Wholeness
from schema.insights.latest_runs import RunReport

_RUNS = 5


@strawberry.enum(description="A listing of what one member thinks of films.")
class ListingKind(Enum):
    RATED = strawberry.enum_value("rated", description="Films they rated, or watched.")
    LIKES = strawberry.enum_value("likes", description="Films they like.")
    WATCHED = strawberry.enum_value("watched", description="Films they watched; only exports tell.")
    PROFILE = strawberry.enum_value("profile", description="Their favourites.")
    RSS = strawberry.enum_value("rss", description="Their feed: the newest entries of the diary.")


@strawberry.type(description="When one kind of listing was last read to its end, over the members of a cohort.")
class ListingFreshness:
    kind: ListingKind = strawberry.field(description="Which listing.")
    oldest: datetime | None = strawberry.field(
        description="When it was read of the member of whom it was read longest ago, UTC. Null when of nobody."
    )
    newest: datetime | None = strawberry.field(description="The same of the member of whom it was read last.")
    never: int = strawberry.field(description="Members of whom it was never read.")
    failed: int = strawberry.field(description="Members of whom the last reading ended badly.")

    @classmethod
    def of(cls, kind: str, age: Age) -> "ListingFreshness":
        """The ages of a kind."""
        return cls(kind=ListingKind(kind), oldest=age.oldest, newest=age.newest, never=age.never, failed=age.failed)


@strawberry.type(description="When the members of a cohort were last read, by whichever listing was read last.")
class CohortFreshness:
    oldest: datetime | None = strawberry.field(
        description="When the member who was read longest ago was, UTC. Null when nobody ever was."
    )
    newest: datetime | None = strawberry.field(description="When the member who was read last was, UTC.")
    never: int = strawberry.field(description="Members who were never read.")
    listings: list[ListingFreshness] = strawberry.field(
        description="The same by kind of listing, of the kinds that were tried."
    )

    @classmethod
    def of(cls, found: Freshness) -> "CohortFreshness":
        """The ages as found."""
        age = found.age
        listings = [ListingFreshness.of(kind, each) for kind, each in found.listings.items()]
        return cls(oldest=age.oldest, newest=age.newest, never=age.never, listings=listings)


@strawberry.type(description="How whole what is known of a cohort's members is.")
class CohortCompleteness(Grouped):
    listings: int = strawberry.field(description="Listings of rated films and of likes: two a member.")
    complete_listings: int = strawberry.field(
        description="Those that were read to their end, and of which no later reading failed."
    )
    listings_pct: float | None = strawberry.field(description="Per cent, 0 to 100; null without members.")
    identity_pct: float | None = strawberry.field(
        description="Per cent of the members' ratings and likes that are of films whose TMDB title is known, or known"
        " not to exist. Null when there are none."
    )
    found: strawberry.Private[Wholeness]

    @strawberry.field(
        description="Members, by username, of whom a listing is not complete, or more than 1 per cent of the films"
        " are of unknown identity."
    )
    def members_below(self, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Connection[Member]:
        size, scope, below = page_size(first), f"{self.scope}:below", self.found.below
        begin = place(scope, after, [str])
        rows = [row for row in below if begin is None or row.username > begin[0]][: size + 1]
        return member_page(rows, size, scope, begin is not None, lambda: len(below))

    @strawberry.field(description="What the last run that read anything told. Null when none did, or it is not saved.")
    async def latest_reading(self, info: Info) -> RunCompleteness | None:
        if not isinstance(self.group, SavedGroup):
            return None
        found = await info.context.load.completeness_by_cohort.load(self.group.cohort_id)
        return RunCompleteness.of(found) if found else None


@strawberry.type(
    description="What is known of the films that a cohort's members reacted to. Shares are per cent of these films, 0"
    " to 100, and null when there are none."
)
class CohortCoverage:
    films: int = strawberry.field(description="How many films there are.")
    identified: int = strawberry.field(description="Those whose TMDB title is known.")
    absent: int = strawberry.field(description="Those that TMDB is known not to have.")
    identity_pct: float | None = strawberry.field(description="Share of the identified and the absent.")
    described: int = strawberry.field(description="Those with facts and credits from TMDB.")
    described_pct: float | None = strawberry.field(description="Share of these.")
    histograms: int = strawberry.field(description="Those with the rating distribution of everyone on Letterboxd.")
    histograms_pct: float | None = strawberry.field(description="Share of these.")

    @classmethod
    def of(cls, found: Coverage) -> "CohortCoverage":
        """The counts with their shares."""
        return cls(
            films=found.films,
            identified=found.identified,
            absent=found.absent,
            identity_pct=found.pct(found.identified + found.absent),
            described=found.described,
            described_pct=found.pct(found.described),
            histograms=found.histograms,
            histograms_pct=found.pct(found.histograms),
        )


@strawberry.type(description="How much of one kind is still to be asked about a cohort's films.")
class EnrichmentBacklog:
    kind: EnrichmentKind = strawberry.field(description="What is asked for.")
    pending: int = strawberry.field(description="Films not asked about yet, or not of every source.")
    failed: int = strawberry.field(description="Films asked about in vain, which are asked about again.")
    next_attempt_at: datetime | None = strawberry.field(
        description="When the first of them is due, or was, UTC. Null when there are none."
    )

    @classmethod
    def of(cls, kind: str, found: Backlog) -> "EnrichmentBacklog":
        """The open entries of a kind."""
        return cls(
            kind=EnrichmentKind(kind),
            pending=found.pending,
            failed=found.failed,
            next_attempt_at=found.next_attempt_at,
        )


@strawberry.type(description="How well a cohort is known; seen by whoever sees the cohort.")
class CohortHealth(Grouped):
    @strawberry.field(description="When its members were last read.")
    async def freshness(self, info: Info) -> CohortFreshness:
        return CohortFreshness.of(await info.context.load.freshness_by_group.load(self.group) or Freshness())

    @strawberry.field(description="How whole what is known of its members is.")
    async def completeness(self, info: Info) -> CohortCompleteness:
        found = await info.context.load.wholeness_by_group.load(self.group) or Wholeness()
        return CohortCompleteness(
            group=self.group,
            scope=self.scope,
            listings=found.listings,
            complete_listings=found.whole,
            listings_pct=found.listings_pct,
            identity_pct=found.identity_pct,
            found=found,
        )

    @strawberry.field(description="What is known of its films.")
    async def coverage(self, info: Info) -> CohortCoverage:
        return CohortCoverage.of(await info.context.load.coverage_by_group.load(self.group) or Coverage())

    @strawberry.field(description="What is still to be asked about its films: an entry a kind.")
    async def queue(self, info: Info) -> list[EnrichmentBacklog]:
        found = await info.context.load.backlog_by_group.load(self.group) or {}
        return [EnrichmentBacklog.of(kind, found.get(kind, Backlog())) for kind in KINDS]

    @strawberry.field(description="Its latest runs, the newest first; none when it is not saved.")
    async def last_runs(
        self,
        info: Info,
        first: Annotated[int, strawberry.argument(description=f"How many runs to give: 0 to {MAX_PAGE}.")] = _RUNS,
    ) -> list[SyncRun]:
        return await self._runs(info, page_size(first))

    @strawberry.field(description="The latest sync that succeeded; null when none did, or it is not saved.")
    async def last_successful_run(self, info: Info) -> SyncRun | None:
        return next(iter(await self._runs(info, 1, succeeded=True)), None)

    async def _runs(self, info: Info, limit: int, *, succeeded: bool = False) -> list[SyncRun]:
        if not isinstance(self.group, SavedGroup):
            return []
        found: list[RunReport] = await info.context.load.runs_by_cohort.load(
            LatestRuns(limit, succeeded, self.group.cohort_id)
        )
        viewer = info.context.viewer
        return [SyncRun.of(each.run, each.steps, each.completeness, viewer) for each in found]
