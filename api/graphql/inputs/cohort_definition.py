"""The GraphQL input CohortDefinition."""

from collections.abc import Iterator

import strawberry

from api.graphql import ids
from schema.definitions import Definition


@strawberry.input(description="Everyone of one cohort who is not in another.")
class CohortDifference:
    of: "CohortDefinition" = strawberry.field(description="Who to start from.")
    minus: "CohortDefinition" = strawberry.field(description="Who to leave out.")


@strawberry.input(
    one_of=True,
    description="Which members make a cohort: exactly one of these, nested as needed.",
)
class CohortDefinition:
    usernames: list[str] | None = strawberry.field(
        default=strawberry.UNSET, description="These members, by username in any case; at most 10,000."
    )
    following: str | None = strawberry.field(
        default=strawberry.UNSET, description="Everyone whom the member of this username follows."
    )
    followers: str | None = strawberry.field(
        default=strawberry.UNSET, description="Everyone who follows the member of this username."
    )
    list: str | None = strawberry.field(
        default=strawberry.UNSET, description="Who made a list and who likes it; the list as `user/slug`."
    )
    cohort: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The members of a saved cohort, by its id."
    )
    union: "list[CohortDefinition] | None" = strawberry.field(
        default=strawberry.UNSET, description="Everyone who is in any of these."
    )
    intersection: "list[CohortDefinition] | None" = strawberry.field(
        default=strawberry.UNSET, description="Everyone who is in all of these."
    )
    difference: CohortDifference | None = strawberry.field(
        default=strawberry.UNSET, description="Everyone who is in one but not in the other."
    )

    def as_definition(self) -> Definition:
        """The same in the form that `schema.definitions` checks and resolves; raises BadUserInput for a bad id."""
        ((kind, value),) = self._given()
        match kind:
            case "cohort":
                return {kind: ids.key("Cohort", value, kind)}
            case "union" | "intersection":
                return {kind: [part.as_definition() for part in value]}
            case "difference":
                return {kind: {"of": value.of.as_definition(), "minus": value.minus.as_definition()}}
        return {kind: value}

    def _given(self) -> Iterator[tuple[str, object]]:
        return ((kind, value) for kind, value in vars(self).items() if value is not strawberry.UNSET)
