"""What the GraphQL type Cohort says of films by prebuilt questions, by people, and over time."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.graphql.connections import After, Connection, First
from api.graphql.context import Info
from api.graphql.errors import ClientError
from api.graphql.film_pages import CohortFilmConnection, film_page
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.people_pages import people_page
from api.graphql.slices import SLICES, SliceName
from api.graphql.types.cohort_person import CohortPerson, CreditRole
from api.graphql.types.film_change import CohortChanges, cohort_changes
from api.graphql.types.grouped import Grouped
from api.graphql.types.slice import Member, Person, Years


@strawberry.type
class CohortReadings(Grouped):
    @strawberry.field(
        description="Films by a prebuilt question; `Query.slices` shows each as the filter and order it stands for."
        " Cursors are good for `films` with the same filter, order and ranking, too."
    )
    async def slice(
        self,
        info: Info,
        name: Annotated[SliceName, strawberry.argument(description="Which question.")],
        member: Member = None,
        years: Years = None,
        person: Person = None,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> CohortFilmConnection:
        asked = SLICES[name]
        given = asked.question(member, years, person)
        try:
            return await film_page(info, self.group, self.scope, given, asked.order_by, asked.ranking, first, after)
        except ClientError as error:
            if not error.message.startswith("filter."):
                raise
            # The client gave no filter: what is wrong with it came by the slice's argument.
            raise type(error)(f"{asked.takes.value}: {error.message.partition(': ')[2]}") from None

    @strawberry.field(
        description="Directors, writers or actors by what the cohort thinks of their films: the best score first, then"
        " who has more films."
    )
    async def people(
        self,
        info: Info,
        role: Annotated[CreditRole, strawberry.argument(description="What they did.")],
        filter: Annotated[
            FilmFilter | None, strawberry.argument(description="Which films count; all when left out.")
        ] = None,
        min_films: Annotated[
            int, strawberry.argument(description="How many of their films the cohort rated, at least; 1 or more.")
        ] = 3,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> Connection[CohortPerson]:
        return await people_page(info, self.group, self.scope, role, filter, min_films, first, after)

    @strawberry.field(description="What its members changed since a moment: risers, fallers, likes, favourites.")
    async def changes(
        self,
        info: Info,
        since: Annotated[
            datetime, strawberry.argument(description="From when on, ISO 8601; UTC when it says no offset.")
        ],
    ) -> CohortChanges:
        return await cohort_changes(info, self.group, self.scope, since)
