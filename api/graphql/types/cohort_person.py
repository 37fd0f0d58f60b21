"""The GraphQL type CohortPerson."""

from enum import Enum
from typing import Annotated

import strawberry
from strawberry.scalars import JSON

from api.graphql.connections import MAX_PAGE, page_size
from api.graphql.context import Info
from api.graphql.inputs.documents import document
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.types.cohort_film import CohortFilm
from api.graphql.types.person import Person
from api.graphql.types.score_term import ScoreExplanation
from schema.insights.credited import FORMULA, Credited
from schema.insights.groups import Group
from schema.insights.numbers import Numbers
from schema.insights.ordering import Numeric, order, tie_breakers

_BEST = 3
BestFirst = Annotated[
    int, strawberry.argument(description=f"How many films to give: 0 to {MAX_PAGE}, {_BEST} when left out.")
]


@strawberry.enum(description="What someone did for a film.")
class CreditRole(Enum):
    DIRECTOR = strawberry.enum_value("directors", description="Directed it.")
    WRITER = strawberry.enum_value("writers", description="Wrote it.")
    ACTOR = strawberry.enum_value("actors", description="Had a leading part in it.")


@strawberry.type(description="What a cohort thinks of someone's films, as far as its members rated them.")
class CohortPerson:
    rank: int = strawberry.field(description="Place in the list, 1 is best.")
    score: float = strawberry.field(
        description="Mean Bayesian score of their films, in stars, drawn toward the mean of all such credits, the more"
        " so the fewer films they have."
    )
    average: float = strawberry.field(description="Mean of all ratings of their films, in stars.")
    film_count: int = strawberry.field(description="Films of theirs that the cohort rated.")
    rated_count: int = strawberry.field(description="Ratings of these films.")
    place: strawberry.Private[int]
    role: strawberry.Private[CreditRole]
    given: strawberry.Private[FilmFilter]
    found: strawberry.Private[Credited]
    numbers: strawberry.Private[Numbers]
    group: strawberry.Private[Group]
    scope: strawberry.Private[str]

    @strawberry.field(description="Who.")
    async def person(self, info: Info) -> Person:
        return await self._person(info)

    @strawberry.field(description="Why they have their score.")
    def explanation(self) -> ScoreExplanation:
        return ScoreExplanation.of(FORMULA, self.found.terms(self.place))

    @strawberry.field(description="The best of these films by Bayesian score.")
    async def best_films(self, info: Info, first: BestFirst = _BEST) -> list[CohortFilm]:
        rows, ranking = self.found.films_of(self.place), self.numbers.ranking()
        columns = [Numeric(ranking.score[rows], descending=True), *tie_breakers(self.numbers.counts, rows)]
        best = rows[order(columns, page_size(first))].tolist()
        return await CohortFilm.of(info, self.numbers, ranking, best, self.group, self.scope)

    @strawberry.field(
        description="The filter asked for, and that they had this part: an object with the fields of a `FilmFilter`, by"
        " which `Cohort.films` gives these films, and those that nobody rated."
    )
    async def filter(self, info: Info) -> JSON:
        person, given = await self._person(info), document(self.given)
        names = given.get(self.role.value, {})
        return given | {self.role.value: names | {"all": [*names.get("all", []), str(person.tmdb_id)]}}

    async def _person(self, info: Info) -> Person:
        row = await info.context.load.person_by_id.load(int(self.found.person_ids[self.place]))
        if row is None:
            raise LookupError(f"person {self.found.person_ids[self.place]} is credited but has no row")
        return Person(tmdb_id=row[0], name=row[1])

    @classmethod
    def of(
        cls,
        found: Credited,
        place: int,
        role: CreditRole,
        given: FilmFilter,
        numbers: Numbers,
        group: Group,
        scope: str,
    ) -> "CohortPerson":
        """The person at a place; `given` are the films asked about, the rest is what their films hang on."""
        return cls(
            rank=place + 1,
            score=float(found.score[place]),
            average=float(found.average[place]),
            film_count=int(found.films[place]),
            rated_count=int(found.rated[place]),
            place=place,
            role=role,
            given=given,
            found=found,
            numbers=numbers,
            group=group,
            scope=scope,
        )
