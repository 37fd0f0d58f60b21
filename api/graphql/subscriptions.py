"""The GraphQL type Subscription: what the server tells by itself, over a websocket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from api.auth.admission import Refused
from api.graphql import ids
from api.graphql.context import Info
from api.graphql.errors import NotFound
from api.graphql.types.sync_run import SyncRun, run_now
from api.graphql.websocket import recognised

_POLL_SECONDS = 1.0
_OPEN = {"queued", "running"}


@strawberry.type(description="News, over a websocket with the protocol graphql-transport-ws.")
class Subscription:
    @strawberry.subscription(
        description="A run as it is now, and again whenever something about it changes; completes when it is over."
        " An error ends it when the run, or your right to see it, is gone."
    )
    async def sync_run_progress(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The run's id.")]
    ) -> AsyncIterator[SyncRun]:
        run_id, told = ids.key("SyncRun", id, "id"), None
        while True:
            try:
                viewer = await recognised(info.context)
            except Refused as refused:
                raise refused.error from None
            run = await info.context.database.read(run_now, run_id, viewer)
            if run is None:
                raise NotFound(f"id: not known here: run {run_id}")
            if run != told:
                yield run
                told = run
            if run.status.value not in _OPEN:
                return
            await asyncio.sleep(_POLL_SECONDS)
