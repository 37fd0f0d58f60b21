"""The GraphQL type Cohort."""

import hashlib
import json
from enum import Enum
from typing import Annotated

import strawberry

from api.graphql.connections import After, Connection, First, page_size, place
from api.graphql.context import Info
from api.graphql.film_pages import CohortFilmConnection, film_page
from api.graphql.ids import global_id
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.inputs.film_order import FilmOrder
from api.graphql.inputs.ranking import RankingStrategy
from api.graphql.loaders.numbers_by_group import Asked
from api.graphql.text import storable
from api.graphql.types.cohort_company import CohortCompany
from api.graphql.types.cohort_film import CohortFilm
from api.graphql.types.cohort_health import CohortHealth
from api.graphql.types.cohort_readings import CohortReadings
from api.graphql.types.member import Member, member_page
from schema.definitions import Definition
from schema.insights.cohorts import CohortRow
from schema.insights.groups import AdHocGroup, SavedGroup


@strawberry.enum(description="Who may see a cohort besides its owner.")
class Visibility(Enum):
    PRIVATE = strawberry.enum_value("private", description="Nobody.")
    UNLISTED = strawberry.enum_value("unlisted", description="Whoever holds a share of it.")
    PUBLIC = strawberry.enum_value("public", description="Everyone.")


@strawberry.type(description="A set of members, and what they think of films.")
class Cohort(CohortReadings, CohortCompany):
    id: strawberry.ID | None = strawberry.field(description="Global id; null when the cohort is not saved.")
    label: str = strawberry.field(description="What the cohort is called.")
    member_count: int = strawberry.field(description="How many members it has.")
    version: int = strawberry.field(
        description="Grows whenever its members or their reactions change; 0 when the cohort is not saved."
    )
    visibility: Visibility | None = strawberry.field(
        description="Who may see it besides its owner; null when the cohort is not saved."
    )
    owner_id: strawberry.Private[int | None]

    @strawberry.field(description="Whether it is yours.")
    def mine(self, info: Info) -> bool:
        return self.owner_id is not None and self.owner_id == info.context.viewer.account_id

    @strawberry.field(description="Its members, by username.")
    async def members(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Member]:
        size, scope = page_size(first), f"{self.scope}:members"
        begin = place(scope, after, [str])
        rows = await info.context.database.read(self.group.members, begin[0] if begin else "", size + 1)
        return member_page(rows, size, scope, begin is not None, lambda: self.member_count)

    @strawberry.field(
        description="Films that any member has reacted to. Without `orderBy`, the best score comes first and films"
        " that nobody rated come last."
    )
    async def films(
        self,
        info: Info,
        filter: Annotated[
            FilmFilter | None, strawberry.argument(description="Which films to leave; all when left out.")
        ] = None,
        order_by: Annotated[
            list[FilmOrder] | None,
            strawberry.argument(description="Criteria, the most important first; each field at most once."),
        ] = strawberry.UNSET,
        ranking: Annotated[
            RankingStrategy, strawberry.argument(description="What `rank` and `score` go by.")
        ] = RankingStrategy.BAYESIAN,
        first: First = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> CohortFilmConnection:
        return await film_page(info, self.group, self.scope, filter, order_by, ranking, first, after)

    @strawberry.field(description="What the cohort thinks of one film; null when nobody in it has reacted to it.")
    async def film(
        self,
        info: Info,
        slug: Annotated[str, strawberry.argument(description="Today's or an earlier slug of the film.")],
        ranking: Annotated[
            RankingStrategy, strawberry.argument(description="What `rank` and `score` go by.")
        ] = RankingStrategy.BAYESIAN,
    ) -> CohortFilm | None:
        film_id = await info.context.load.film_id_by_slug.load(slug.lower()) if storable(slug) else None
        if film_id is None:
            return None
        numbers = (await info.context.load.numbers_by_group.load(Asked(self.group))).numbers
        row = numbers.row(film_id)
        if row is None:
            return None
        by = numbers.ranking(ranking.value)
        return (await CohortFilm.of(info, numbers, by, [row], self.group, self.scope))[0]

    @strawberry.field(
        description="How well it is known: how fresh and whole, what of its films, what is still to be asked, and how"
        " its runs went. Counts as 50 list entries."
    )
    def health(self) -> CohortHealth:
        return CohortHealth(group=self.group, scope=f"{self.scope}:health")

    @classmethod
    def saved(cls, row: CohortRow) -> "Cohort":
        """The saved cohort in a row."""
        return cls(
            id=global_id("Cohort", row.id),
            label=row.label,
            member_count=row.member_count,
            version=row.version,
            visibility=Visibility(row.visibility),
            owner_id=row.owner_id,
            group=SavedGroup(row.id),
            scope=f"cohort {row.id}",
        )

    @classmethod
    def ad_hoc(cls, definition: Definition, member_ids: set[int]) -> "Cohort":
        """The members that a checked definition resolves to, now."""
        # Cursors stay good while the same definition resolves to other members.
        digest = hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:16]
        return cls(
            id=None,
            label="Ad hoc cohort",
            member_count=len(member_ids),
            version=0,
            visibility=None,
            owner_id=None,
            group=AdHocGroup(frozenset(member_ids)),
            scope=f"ad hoc {digest}",
        )
