"""The GraphQL type WithheldHost: an upstream that nobody may ask now, and why."""

from datetime import datetime

import strawberry

from schema.insights.hosts import HostRow
from schema.store.hosts import EVERYWHERE


@strawberry.type(
    description="A host of which nothing is asked now: it is paused until somebody resumes it, or wants quiet for a"
    " while."
)
class WithheldHost:
    host: str | None = strawberry.field(description="Its name, with a port if it has one; null for all hosts.")
    paused_at: datetime | None = strawberry.field(
        description="Since when it is paused, UTC; null when it only wants quiet."
    )
    reason: str | None = strawberry.field(description="Why it is paused.")
    paused_by: str | None = strawberry.field(
        description="Who paused it: an operator by address or name, or the run that was refused."
    )
    quiet_until: datetime | None = strawberry.field(
        description="Until when it has asked to be left alone, UTC; null when it has not."
    )

    @classmethod
    def of(cls, row: HostRow) -> "WithheldHost":
        """The host in a row."""
        return cls(
            host=None if row.host == EVERYWHERE else row.host,
            paused_at=row.paused_at,
            reason=row.reason,
            paused_by=row.paused_by,
            quiet_until=row.not_before,
        )
