"""Who asks, and which cohorts exist for them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who asks: an account, an operator for whom everything exists, or anyone at all."""

    account_id: int | None = None
    operator: bool = False

    def sees(self, visibility: str, owner_id: int | None) -> bool:
        """Whether a cohort exists for them; `VISIBLE` in Python."""
        return visibility == "public" or self.operator or (owner_id is not None and owner_id == self.account_id)

    @property
    def bound(self) -> dict[str, object]:
        """The values that `VISIBLE` refers to."""
        return {"viewer": self.account_id, "operator": self.operator}


ANYONE = Viewer()
OPERATOR = Viewer(operator=True)

# Of the cohort `c`. A null viewer owns nothing, not even the cohorts without an owner.
VISIBLE = "(c.visibility = 'public' OR c.owner_id = CAST(:viewer AS bigint) OR CAST(:operator AS boolean))"
