"""The GraphQL type Person."""

import strawberry


@strawberry.type(description="Someone credited on films.")
class Person:
    tmdb_id: int = strawberry.field(description="TMDB's id of the person.")
    name: str = strawberry.field(description="As credited.")
