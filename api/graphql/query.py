"""The GraphQL type Query: where every question starts."""

from typing import Annotated

import strawberry
from sqlalchemy import Connection as DatabaseConnection

from api.graphql import cursors, ids
from api.graphql.ad_hoc import ad_hoc_cohort
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.inputs.cohort_definition import CohortDefinition
from api.graphql.text import storable
from api.graphql.types.cohort import Cohort
from api.graphql.types.film import Film
from api.graphql.types.member import Member
from api.graphql.types.sync_run import SyncRun
from schema.insights import cohorts, completeness, runs

_ID = "Its `id`, or the plain number that commands show."


@strawberry.type(description="Questions; none of them changes anything.")
class Query:
    @strawberry.field(description="A saved cohort; null when there is none with this id.")
    async def cohort(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description=_ID)]
    ) -> Cohort | None:
        row = await info.context.load.cohort_by_id.load(ids.key("Cohort", id, "id"))
        return Cohort.saved(row) if row else None

    @strawberry.field(description="The saved cohorts, by label.")
    async def cohorts(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Cohort]:
        read = info.context.database.read
        size, begin = page_size(first), place("cohorts", after, [str])
        rows = await read(cohorts.page, begin[0] if begin else "", size + 1)
        page = rows[:size]
        return connection(
            [Cohort.saved(row) for row in page],
            [cursors.encode("cohorts", [row.label]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: read(cohorts.count),
        )

    @strawberry.field(description="A cohort made for this question out of members known here; nothing is saved.")
    async def ad_hoc_cohort(
        self,
        info: Info,
        definition: Annotated[CohortDefinition, strawberry.argument(description="Which members make it.")],
    ) -> Cohort:
        return await ad_hoc_cohort(info, definition)

    @strawberry.field(description="A film; null when none has or had this slug.")
    async def film(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="Today's or an earlier slug of the film.")],
    ) -> Film | None:
        film_id = await info.context.load.film_id_by_slug.load(slug.lower()) if storable(slug) else None
        row = None if film_id is None else await info.context.load.film_by_id.load(film_id)
        return Film.of(row) if row else None

    @strawberry.field(description="A member; null when nobody of this username is known here.")
    async def member(
        self,
        info: Info,
        username: Annotated[str, strawberry.argument(description="The member's username, in any case.")],
    ) -> Member | None:
        row = await info.context.load.member_by_username.load(username.lower()) if storable(username) else None
        return Member.of(row) if row else None

    @strawberry.field(description="A run and how far it is; null when there is none with this id.")
    async def sync_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description=_ID)]
    ) -> SyncRun | None:
        return await info.context.database.read(_run, ids.key("SyncRun", id, "id"))


def _run(connection: DatabaseConnection, run_id: int) -> SyncRun | None:
    run = runs.by_id(connection, run_id)
    if run is None:
        return None
    return SyncRun.of(run, runs.progress(connection, run), completeness.of_run(connection, run_id))
