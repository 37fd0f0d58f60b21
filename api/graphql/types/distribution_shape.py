"""The GraphQL enum DistributionShape."""

from enum import Enum

import strawberry

from schema.insights import shapes


@strawberry.enum(
    description="How ratings are distributed, by van der Eijk's agreement A over whole stars (-1 to 1) and the peaks."
)
class DistributionShape(Enum):
    TIGHT_CONSENSUS = strawberry.enum_value(shapes.TIGHT_CONSENSUS, description="Nearly all say the same: A ≥ 0.8.")
    BROAD_AGREEMENT = strawberry.enum_value(shapes.BROAD_AGREEMENT, description="Most say about the same: A ≥ 0.5.")
    DIVISIVE = strawberry.enum_value(shapes.DIVISIVE, description="Opinions differ: A < 0.5, without two camps.")
    BIMODAL = strawberry.enum_value(
        shapes.BIMODAL,
        description="Two camps: A < 0.5, two peaks, and a valley of a tenth of the ratings (at least two) between.",
    )
    LOVE_OR_LEAVE = strawberry.enum_value(
        shapes.LOVE_OR_LEAVE,
        description="The camps are far apart: A < 0.5, a quarter gives 2 stars or less, a quarter 4½ or 5.",
    )
    ALL_LIKES = strawberry.enum_value(shapes.ALL_LIKES, description="Liked, but nobody rated it.")
    TOO_FEW = strawberry.enum_value(shapes.TOO_FEW, description="Fewer than five ratings.")
