"""The mutation that shares a cohort."""

from datetime import timedelta
from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql import ids
from api.graphql.context import Info
from api.graphql.mutations.acting import Mistake, actor, attempt, no_errors, own_cohort
from api.graphql.mutations.cohorts import CohortId
from api.graphql.types.cohort import Cohort
from api.graphql.types.user_error import UserError, UserErrorCode
from schema.insights import cohorts
from schema.insights.accounts import Identity
from schema.store import shares

_MOST_DAYS = 3650


@strawberry.type(description="A share that was made.")
class ShareCohortPayload:
    cohort: Cohort | None = strawberry.field(default=None, description="The cohort as it is now; null if not done.")
    token: str | None = strawberry.field(
        default=None, description="For `sharedCohort`. It is not kept here: this is the only time it is shown."
    )
    path: str | None = strawberry.field(default=None, description="The page of this server that shows the cohort.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class ShareMutations:
    @strawberry.mutation(
        description="Makes a link by which anyone may see a cohort. A private cohort becomes unlisted; making it"
        " private again ends all its shares."
    )
    async def share_cohort(
        self,
        info: Info,
        id: CohortId,
        expires_in_days: Annotated[
            int | None, strawberry.argument(description="After how many days it ends; never when left out.")
        ] = None,
    ) -> ShareCohortPayload:
        identity, cohort_id = actor(info), ids.key("Cohort", id, "id")
        return await attempt(info, ShareCohortPayload, _share, identity, cohort_id, expires_in_days)


def _share(connection: Connection, identity: Identity, cohort_id: int, days: int | None) -> ShareCohortPayload:
    own_cohort(connection, identity, cohort_id)
    token = shares.create(connection, cohort_id, life=life(days))
    row = cohorts.by_id(connection, [cohort_id], identity.viewer)[cohort_id]
    return ShareCohortPayload(cohort=Cohort.saved(row), token=token, path=f"/s/{token}")


def life(days: int | None) -> timedelta | None:
    """How long something lasts, None for ever; raises Mistake."""
    if days is None:
        return None
    if not 1 <= days <= _MOST_DAYS:
        raise Mistake(UserErrorCode.INVALID, "expiresInDays", f"Give 1 to {_MOST_DAYS} days.")
    return timedelta(days=days)
