"""Mutations that have workers bring a cohort up to date."""

from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql import ids
from api.graphql.context import Info
from api.graphql.mutations.acting import actor, attempt, bound, no_errors, own_cohort
from api.graphql.mutations.cohorts import CohortId
from api.graphql.types.sync_run import SyncRun, run_now
from api.graphql.types.user_error import UserError
from schema.insights.accounts import Identity, belongings
from schema.store import accounts, syncs
from schema.store.runs import RunInProgress

_MOST_OPEN_RUNS = 3  # of an account: each may ask upstreams for thousands of pages


@strawberry.type(description="A run that was asked for.")
class RunPayload:
    run: SyncRun | None = strawberry.field(
        default=None, description="The run, or the one that is under way for this cohort already; null if not done."
    )
    user_errors: list[UserError] = no_errors()
    run_id: strawberry.Private[int | None] = None


@strawberry.type
class SyncMutations:
    @strawberry.mutation(
        description="Has workers bring a cohort up to date: members, reactions, what the films are. Asking again"
        " while that is under way gives the same run."
    )
    async def sync_cohort(
        self,
        info: Info,
        id: CohortId,
        full: Annotated[
            bool, strawberry.argument(description="Whether to read every listing to its end, which finds removals.")
        ] = False,
    ) -> RunPayload:
        return await _open(info, id, "full" if full else "delta")

    @strawberry.mutation(
        description="Has workers find out anew who belongs to a cohort, and nothing else. Asking again while a run"
        " is under way for it gives that run."
    )
    async def refresh_cohort(self, info: Info, id: CohortId) -> RunPayload:
        return await _open(info, id, "refresh")


async def _open(info: Info, id: str, kind: str) -> RunPayload:
    identity = actor(info)
    payload = await attempt(info, RunPayload, _opened, identity, ids.key("Cohort", id, "id"), kind)
    if payload.run_id is not None:  # after the transaction, or a worker would not find the run
        await info.context.enqueuer.advance(payload.run_id)
    return payload


def _opened(connection: Connection, identity: Identity, cohort_id: int, kind: str) -> RunPayload:
    own_cohort(connection, identity, cohort_id)
    try:
        if kind == "refresh":
            run_id = syncs.open_refresh(connection, cohort_id)
        else:
            run_id = syncs.open_sync(connection, cohort_id, full=kind == "full")
    except RunInProgress as busy:
        return RunPayload(run=run_now(connection, busy.run_id, identity.viewer))
    if identity.scope != "operator":
        accounts.hold(connection, identity.account_id)
        bound("id", belongings(connection, identity.account_id).open_runs - 1, _MOST_OPEN_RUNS, "runs at once")
    return RunPayload(run=run_now(connection, run_id, identity.viewer), run_id=run_id)
