"""Mutations by which operators have a run done again, or the gaps of a cohort filled."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql import ids
from api.graphql.context import Info
from api.graphql.errors import NotFound
from api.graphql.mutations.acting import Mistake, attempt, own_cohort
from api.graphql.mutations.cohorts import CohortId
from api.graphql.mutations.syncs import RunPayload
from api.graphql.operators import operator
from api.graphql.types.sync_run import run_now
from api.graphql.types.user_error import UserErrorCode
from schema.insights.accounts import Identity
from schema.store import syncs
from schema.store.runs import RunInProgress
from schema.store.syncs import NotReplayable

_LARGEST_BUDGET = 100_000


@strawberry.type
class RepairMutations:
    @strawberry.mutation(
        description="Has workers do a run of a cohort again, with the options that it had. Asking again while a run is"
        " under way for the cohort gives that run. For operators."
    )
    async def replay_run(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The run's id.")]
    ) -> RunPayload:
        return await _opened(info, operator(info), partial(_replay, run_id=ids.key("SyncRun", id, "id")))

    @strawberry.mutation(
        description="Has workers complete the films that a cohort's members know, without reading the members again:"
        " what failed is due at once, and a run of the steps enrich, stats and rankings begins. Asking again while a"
        " run is under way for the cohort gives that run. For operators."
    )
    async def backfill_cohort(
        self,
        info: Info,
        id: CohortId,
        budget: Annotated[
            int | None,
            strawberry.argument(
                description="How many film pages, and again histograms, Letterboxd may be asked for; as many as one"
                " sync may when left out."
            ),
        ] = None,
    ) -> RunPayload:
        identity, cohort_id = operator(info), ids.key("Cohort", id, "id")
        return await _opened(info, identity, partial(_backfill, cohort_id=cohort_id, budget=budget))


async def _opened(info: Info, identity: Identity, work: Callable[..., int]) -> RunPayload:
    payload = await attempt(info, RunPayload, _open, identity, work)
    if payload.run_id is not None:  # after the transaction, or a worker would not find the run
        await info.context.enqueuer.advance(payload.run_id)
    return payload


def _open(connection: Connection, identity: Identity, work: Callable[..., int]) -> RunPayload:
    try:
        run_id = work(connection, identity)
    except RunInProgress as busy:
        return RunPayload(run=run_now(connection, busy.run_id, identity.viewer))
    return RunPayload(run=run_now(connection, run_id, identity.viewer), run_id=run_id)


def _replay(connection: Connection, identity: Identity, run_id: int) -> int:
    try:
        return syncs.replay(connection, run_id)
    except LookupError:
        raise NotFound(f"id: not known here: run {run_id}") from None
    except NotReplayable as error:
        raise Mistake(UserErrorCode.INVALID, "id", f"{error}.".capitalize()) from None


def _backfill(connection: Connection, identity: Identity, cohort_id: int, budget: int | None) -> int:
    own_cohort(connection, identity, cohort_id)
    if budget is not None and not 0 <= budget <= _LARGEST_BUDGET:
        raise Mistake(UserErrorCode.INVALID, "budget", f"Give 0 to {_LARGEST_BUDGET:,} requests.")
    return syncs.open_backfill(connection, cohort_id, budget=budget)
