"""The GraphQL type Reaction."""

from datetime import date, datetime

import strawberry

from api.graphql.types.member import Member
from api.graphql.types.source import Source
from schema.insights.reactions import ReactionRow


@strawberry.type(description="What a member thinks of a film. Without rating, like and favourite: they watched it.")
class Reaction:
    member: Member = strawberry.field(description="Who reacted.")
    rating: float | None = strawberry.field(description="Stars, 0.5 to 5. Null when the member has not rated it.")
    liked: bool = strawberry.field(description="Whether the member likes it.")
    favorite: bool = strawberry.field(description="Whether it is among the member's favourites.")
    rated_at: date | None = strawberry.field(
        description="Day the rating was given. Null where the source does not tell, as pages do not."
    )
    source: Source = strawberry.field(description="What told it first in its present form.")
    observed_at: datetime | None = strawberry.field(
        description="When that was: the moment of the page, of the export, or of the feed's entry."
    )

    @classmethod
    def of(cls, row: ReactionRow) -> "Reaction":
        """The reaction in a row."""
        return cls(
            member=Member.of(row.member),
            rating=None if row.rating is None else row.rating / 2,
            liked=row.liked,
            favorite=row.favorite,
            rated_at=row.rated_at,
            source=Source(row.source),
            observed_at=row.observed_at,
        )
