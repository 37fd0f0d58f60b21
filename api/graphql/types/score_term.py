"""The GraphQL types that explain a score."""

import strawberry


@strawberry.type(description="A number that a score is computed from.")
class ScoreTerm:
    name: str = strawberry.field(description="Its name in the formula.")
    value: float = strawberry.field(description="Its value for this film.")
    meaning: str = strawberry.field(description="What it is, in words.")


@strawberry.type(description="Why a film has its score.")
class ScoreExplanation:
    formula: str = strawberry.field(description="How the score follows from the terms.")
    terms: list[ScoreTerm] = strawberry.field(description="What goes into the formula.")
