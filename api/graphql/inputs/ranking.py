"""The GraphQL enum RankingStrategy."""

from enum import Enum

import strawberry


@strawberry.enum(description="A way of scoring a cohort's films; the guide to insights gives formulas and reasons.")
class RankingStrategy(Enum):
    BAYESIAN = strawberry.enum_value(
        "bayesian", description="Stars: the average, drawn toward the cohort's mean, the more so the fewer rated it."
    )
    AVERAGE = strawberry.enum_value("average", description="Stars: the average as it is.")
    WILSON = strawberry.enum_value(
        "wilson", description="0 to 1: the share of raters who give 4 stars or more, at least, with 95 % confidence."
    )
    AFFINITY = strawberry.enum_value(
        "affinity", description="Stars: ratings, likes and favourites together; disagreement draws toward the mean."
    )
    DIVERGENCE = strawberry.enum_value(
        "divergence", description="Stars above the global average, drawn toward none the more so the fewer rated it."
    )
