"""The GraphQL types Alignment and AlignmentMatrix."""

from enum import Enum

import strawberry

from api.graphql.nullable import nullable
from api.graphql.types.member import Member
from api.graphql.types.score_term import ScoreExplanation
from schema.insights import alignment


@strawberry.enum(description="Which end of the alignment comes first.")
class AlignmentOrder(Enum):
    CLOSEST = strawberry.enum_value("closest", description="The most alike first.")
    FARTHEST = strawberry.enum_value("farthest", description="The least alike first.")


@strawberry.type(
    description="How much two members agree: over the films both have rated, and by what they like. What cannot be told"
    " is null."
)
class Alignment:
    member: Member = strawberry.field(description="The other member.")
    shared: int = strawberry.field(description="Films both have rated.")
    score: float | None = strawberry.field(
        description="The cosine, drawn toward what is usual for the member within the cohort, the more so the fewer"
        " films they share: -1 to 1."
    )
    cosine: float | None = strawberry.field(
        description="Cosine of their ratings, each less its member's own mean: -1 to 1. Null when one of them gave"
        " every shared film that mean."
    )
    matching_pct: float | None = strawberry.field(
        description="Per cent of the shared films to which both gave the very same stars, 0 to 100."
    )
    mean_difference: float | None = strawberry.field(
        description="How far apart their ratings are on average, in stars."
    )
    likes_overlap_pct: float | None = strawberry.field(
        description="Per cent of the films that either likes which both like, 0 to 100. Null when neither likes any."
    )
    found: strawberry.Private[alignment.Alignment]
    row: strawberry.Private[int]

    @strawberry.field(description="Why it has its score. Null when it has none.")
    def explanation(self) -> ScoreExplanation | None:
        if self.score is None:
            return None
        return ScoreExplanation.of(alignment.FORMULA, self.found.terms(self.row))

    @classmethod
    def of(cls, found: alignment.Alignment, row: int, member: Member) -> "Alignment":
        """The alignment with the member in this row."""
        return cls(
            member=member,
            shared=int(found.shared[row]),
            score=nullable(found.score[row]),
            cosine=nullable(found.cosine[row]),
            matching_pct=nullable(100.0 * found.matching[row]),
            mean_difference=nullable(found.difference[row]),
            likes_overlap_pct=nullable(100.0 * found.likes_overlap[row]),
            found=found,
            row=row,
        )


@strawberry.type(description="Every member of a cohort beside every other, in the order of `members` both ways.")
class AlignmentMatrix:
    members: list[Member] = strawberry.field(description="The members, by when they were first met.")
    score: list[list[float | None]] = strawberry.field(
        description="`score[i][j]`: as `Alignment.score`, of member i with member j, drawn toward what is usual for i."
        " Null with oneself, and where no film is shared."
    )
    cosine: list[list[float | None]] = strawberry.field(description="As `Alignment.cosine`; symmetric.")
    shared: list[list[int]] = strawberry.field(description="Films both have rated; symmetric, 0 with oneself.")
