"""The GraphQL type Slice."""

from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from api.graphql import slices
from api.graphql.inputs.documents import document
from api.graphql.inputs.film_order import Direction, FilmOrderField
from api.graphql.inputs.ranking import RankingStrategy
from api.graphql.slices import SliceArgument, SliceName

Member = Annotated[str | None, strawberry.argument(description="For slices that take a member: their username.")]
Years = Annotated[
    int | None, strawberry.argument(description="For slices that take years: how many, this one included, 1 to 200.")
]
Person = Annotated[
    str | None, strawberry.argument(description="For slices that take a person: their name or TMDB person id.")
]


@strawberry.type(description="A criterion of a slice's order, with the fields of a `FilmOrder`.")
class SliceOrder:
    by: FilmOrderField = strawberry.field(description="What it orders by.")
    direction: Direction = strawberry.field(description="Which end comes first.")


@strawberry.type(
    description="A prebuilt question about a cohort's films. Sent to `Cohort.films`, its `filter`, `orderBy` and"
    " `ranking` give the same films as `Cohort.slice`, and may be changed first."
)
class Slice:
    name: SliceName = strawberry.field(description="By which `Cohort.slice` knows it.")
    label: str = strawberry.field(description="A heading for people.")
    description: str = strawberry.field(description="What is in it, thresholds included.")
    ranking: RankingStrategy = strawberry.field(description="What `rank`, `score` and the order `SCORE` go by.")
    order_by: list[SliceOrder] = strawberry.field(description="How its films are ordered; as `orderBy` of `films`.")
    takes: SliceArgument | None = strawberry.field(
        description="The one argument of `Cohort.slice` that it takes; null for none."
    )
    slice: strawberry.Private[slices.Slice]

    @strawberry.field(
        description="Which films are in it: an object with the fields of a `FilmFilter`. Without what the slice takes,"
        " the part that needs it is left out; arguments that it does not take change nothing."
    )
    def filter(self, member: Member = None, years: Years = None, person: Person = None) -> JSON:
        given = {"member": member, "years": years, "person": person}
        return document(self.slice.filled(given.get(self.slice.takes.value) if self.slice.takes else None))

    @classmethod
    def of(cls, slice: slices.Slice) -> "Slice":
        """The slice as clients see it."""
        return cls(
            name=slice.name,
            label=slice.label,
            description=slice.description,
            ranking=slice.ranking,
            order_by=[SliceOrder(by=each.by, direction=each.direction) for each in slice.order_by],
            takes=slice.takes,
            slice=slice,
        )
