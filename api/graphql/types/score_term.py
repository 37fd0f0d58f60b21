"""The GraphQL types that explain a score."""

from collections.abc import Sequence

import strawberry

from schema.insights.rankings.strategy import Term


@strawberry.type(description="A number that a score is computed from.")
class ScoreTerm:
    name: str = strawberry.field(description="Its name in the formula.")
    value: float = strawberry.field(description="Its value for this film.")
    meaning: str = strawberry.field(description="What it is, in words.")


@strawberry.type(description="Why a film has its score.")
class ScoreExplanation:
    formula: str = strawberry.field(description="How the score follows from the terms.")
    terms: list[ScoreTerm] = strawberry.field(description="What goes into the formula.")

    @classmethod
    def of(cls, formula: str, terms: Sequence[Term]) -> "ScoreExplanation":
        """A formula and what goes into it."""
        return cls(
            formula=formula, terms=[ScoreTerm(name=each.name, value=each.value, meaning=each.meaning) for each in terms]
        )
