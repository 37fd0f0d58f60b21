"""The GraphQL input FilmOrder."""

from enum import Enum

import strawberry


@strawberry.enum(description="What a cohort's films can be ordered by.")
class FilmOrderField(Enum):
    SCORE = strawberry.enum_value("score", description="Score by the chosen ranking.")
    AVERAGE = strawberry.enum_value("average", description="The cohort's mean rating.")
    STANDARD_DEVIATION = strawberry.enum_value("standard_deviation", description="How far the ratings spread.")
    RATED_COUNT = strawberry.enum_value("rated_count", description="How many members rated the film.")
    WATCHERS = strawberry.enum_value("watchers", description="How many members reacted to it.")
    LIKED_COUNT = strawberry.enum_value("liked_count", description="How many members liked it.")
    LIKED_UNRATED_COUNT = strawberry.enum_value(
        "liked_unrated_count", description="How many members liked it without rating it."
    )
    LIKED_PCT = strawberry.enum_value("liked_pct", description="Per cent of the watchers who liked it.")
    FAVORITE_COUNT = strawberry.enum_value("favorite_count", description="How many have it among their favourites.")
    DIVERGENCE = strawberry.enum_value("divergence", description="The cohort's average minus the global one.")
    GLOBAL_AVERAGE = strawberry.enum_value("global_average", description="Mean rating of everyone on Letterboxd.")
    RELEASE_YEAR = strawberry.enum_value("release_year", description="Year of the first release.")
    RUNTIME = strawberry.enum_value("runtime", description="Length.")
    TITLE = strawberry.enum_value("title", description="Title, without regard to case and accents.")


@strawberry.enum(description="Which end of an order comes first.")
class Direction(Enum):
    ASC = strawberry.enum_value("asc", description="Smallest, oldest or A first.")
    DESC = strawberry.enum_value("desc", description="Largest, newest or Z first.")


@strawberry.input(
    description="One criterion of an order. Films without a value come last in either direction; ties go to more"
    " ratings, then more watchers, then the film that was known here first."
)
class FilmOrder:
    by: FilmOrderField = strawberry.field(description="What to order by.")
    direction: Direction = strawberry.field(default=Direction.DESC, description="Which end comes first.")
