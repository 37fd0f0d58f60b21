"""Who asks, and which cohorts exist for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks: an account, an operator for whom everything exists, or anyone at all."""

    account_id: int | None = None
    operator: bool = False

    @property
    def bound(self) -> dict[str, object]:
        """The values that `VISIBLE` refers to."""
        return {"viewer": self.account_id, "operator": self.operator}


ANYONE = Viewer()
OPERATOR = Viewer(operator=True)

# Of the cohort `c`. A null viewer owns nothing, not even the cohorts without an owner.
VISIBLE = "(c.visibility = 'public' OR c.owner_id = CAST(:viewer AS bigint) OR CAST(:operator AS boolean))"
