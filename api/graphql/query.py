"""The GraphQL type Query: where every question starts."""

from typing import Annotated

import strawberry

from api.graphql import cursors, ids
from api.graphql.ad_hoc import ad_hoc_cohort
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.film_search import found_page
from api.graphql.inputs.cohort_definition import CohortDefinition
from api.graphql.operators import operator
from api.graphql.slices import SLICES
from api.graphql.text import storable
from api.graphql.types.account import Account
from api.graphql.types.cohort import Cohort
from api.graphql.types.enrichment import EnrichmentEntry, EnrichmentKind, EnrichmentStatus
from api.graphql.types.film import Film
from api.graphql.types.host import WithheldHost
from api.graphql.types.member import Member
from api.graphql.types.slice import Slice
from api.graphql.types.sync_run import SyncRun, run_now
from schema.insights import cohorts, enrichment, hosts

_ID = "Its `id`, or the plain number that commands show."


@strawberry.type(description="Questions; none of them changes anything.")
class Query:
    @strawberry.field(description="The account that asks; null without a key or a session.")
    async def viewer(self, info: Info) -> Account | None:
        identity = info.context.identity
        return Account.of(identity) if identity else None

    @strawberry.field(description="A saved cohort; null when there is none with this id that you may see.")
    async def cohort(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description=_ID)]
    ) -> Cohort | None:
        row = await info.context.load.cohort_by_id.load(ids.key("Cohort", id, "id"))
        return Cohort.saved(row) if row else None

    @strawberry.field(description="The saved cohorts that are public or yours, by label. Operators see all.")
    async def cohorts(
        self,
        info: Info,
        mine: Annotated[bool, strawberry.argument(description="Whether to give only your own.")] = False,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Connection[Cohort]:
        read, viewer = info.context.database.read, info.context.viewer
        scope = "my cohorts" if mine else "cohorts"
        size, begin = page_size(first), place(scope, after, [str, int])
        rows = await read(cohorts.page, tuple(begin or ("", 0)), size + 1, viewer, mine=mine)
        page = rows[:size]
        return connection(
            [Cohort.saved(row) for row in page],
            [cursors.encode(scope, [row.label, row.id]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: read(cohorts.count, viewer, mine=mine),
        )

    @strawberry.field(description="The cohort that a share shows; null when there is none, or no longer.")
    async def shared_cohort(
        self,
        info: Info,
        token: Annotated[str, strawberry.argument(description="What `shareCohort` gave.")],
    ) -> Cohort | None:
        row = await info.context.database.read(cohorts.by_share, token)
        return Cohort.saved(row) if row else None

    @strawberry.field(description="A cohort made for this question out of members known here; nothing is saved.")
    async def ad_hoc_cohort(
        self,
        info: Info,
        definition: Annotated[CohortDefinition, strawberry.argument(description="Which members make it.")],
    ) -> Cohort:
        return await ad_hoc_cohort(info, definition)

    @strawberry.field(description="The prebuilt questions that `Cohort.slice` answers, as data.")
    def slices(self) -> list[Slice]:
        return [Slice.of(each) for each in SLICES.values()]

    @strawberry.field(description="A film; null when none has or had this slug.")
    async def film(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="Today's or an earlier slug of the film.")],
    ) -> Film | None:
        film_id = await info.context.load.film_id_by_slug.load(slug.lower()) if storable(slug) else None
        row = None if film_id is None else await info.context.load.film_by_id.load(film_id)
        return Film.of(row) if row else None

    @strawberry.field(
        description="Films by title or original title: those called exactly so first, then those that most members"
        " here have watched."
    )
    async def films(
        self,
        info: Info,
        search: Annotated[
            str,
            strawberry.argument(
                description="Words of a title, or how they begin, in any order; case, accents and punctuation do not"
                " matter. 2 letters or digits at least, 200 characters at most."
            ),
        ],
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Connection[Film]:
        return await found_page(info, search, first, after)

    @strawberry.field(description="A member; null when nobody of this username is known here.")
    async def member(
        self,
        info: Info,
        username: Annotated[str, strawberry.argument(description="The member's username, in any case.")],
    ) -> Member | None:
        row = await info.context.load.member_by_username.load(username.lower()) if storable(username) else None
        return Member.of(row) if row else None

    @strawberry.field(
        description="A run and how far it is; null when there is none with this id of a cohort that you may see."
    )
    async def sync_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description=_ID)]
    ) -> SyncRun | None:
        return await info.context.database.read(run_now, ids.key("SyncRun", id, "id"), info.context.viewer)

    @strawberry.field(
        description="The needs-enrichment queue, most-watched films first: what failed, and what no source could"
        " settle so far. For operators."
    )
    async def enrichment_queue(
        self,
        info: Info,
        kind: Annotated[EnrichmentKind | None, strawberry.argument(description="Only this.")] = None,
        status: Annotated[
            EnrichmentStatus | None,
            strawberry.argument(description="All that stand so, not what is open."),
        ] = None,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Connection[EnrichmentEntry]:
        operator(info)
        read, which = info.context.database.read, (kind and kind.value, status and status.value)
        scope = f"enrichment {which}"
        size, begin = page_size(first), place(scope, after, [int, int, str])
        rows = await read(enrichment.still_open, size + 1, *which, after=begin)
        page = rows[:size]
        return connection(
            [EnrichmentEntry.of(row) for row in page],
            [cursors.encode(scope, [row.watchers, row.film_id, row.kind]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: read(enrichment.num_open, *which),
        )

    @strawberry.field(
        description="The hosts of which nothing is asked now, by name, that of all hosts first: since when, why, and"
        " by whose decision. For operators."
    )
    async def hosts(self, info: Info) -> list[WithheldHost]:
        operator(info)
        return [WithheldHost.of(row) for row in await info.context.database.read(hosts.withheld)]
