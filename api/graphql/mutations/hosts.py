"""Mutations by which operators stop asking a host, or all of them, and let paused runs go on."""

import asyncio
import re
from collections.abc import Sequence
from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql.context import Info
from api.graphql.mutations.acting import Mistake, attempt, no_errors
from api.graphql.operators import operator
from api.graphql.text import storable
from api.graphql.types.host import WithheldHost
from api.graphql.types.sync_run import SyncRun, run_now
from api.graphql.types.user_error import UserError, UserErrorCode
from schema.insights.accounts import Identity
from schema.insights.hosts import withheld
from schema.store import hosts, runs

_HOST = re.compile(r"[a-z0-9._\[\]:-]{1,253}")
_LONGEST_REASON = 500

HostName = Annotated[
    str | None,
    strawberry.argument(description="Its name, with the port if its address has one; all hosts when left out."),
]


@strawberry.type(description="A host that was paused.")
class PauseHostPayload:
    host: WithheldHost | None = strawberry.field(
        default=None,
        description="How it stands now; of one that was paused before, why and by whom that was. Null if not done.",
    )
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="A host that may be asked again.")
class ResumeHostPayload:
    runs: list[SyncRun] | None = strawberry.field(
        default=None,
        description="The runs that go on, oldest first: all that were paused, whatever for. One whose host is still"
        " paused will be paused again. Null if not done.",
    )
    user_errors: list[UserError] = no_errors()
    run_ids: strawberry.Private[Sequence[int]] = ()


@strawberry.type
class HostMutations:
    @strawberry.mutation(
        description="Ends every crawl of a host before its next request. What was read is kept; runs end as paused"
        " and go on after `resumeHost`. For operators."
    )
    async def pause_host(
        self,
        info: Info,
        reason: Annotated[
            str, strawberry.argument(description="What runs say why they ended: 1 to 500 characters, shown to all.")
        ],
        host: HostName = None,
    ) -> PauseHostPayload:
        return await attempt(info, PauseHostPayload, _pause, operator(info), host, reason)

    @strawberry.mutation(
        description="Takes a pause back, and the quiet that the host asked for, and has paused runs go on. A host"
        " pauses by itself when it refuses us: find out why before you resume it. For operators."
    )
    async def resume_host(self, info: Info, host: HostName = None) -> ResumeHostPayload:
        payload = await attempt(info, ResumeHostPayload, _resume, operator(info), host)
        # After the transaction, or a worker would not find them queued.
        await asyncio.gather(*map(info.context.enqueuer.advance, payload.run_ids))
        return payload


def _pause(connection: Connection, identity: Identity, host: str | None, reason: str) -> PauseHostPayload:
    reason = " ".join(reason.split())
    if not reason or len(reason) > _LONGEST_REASON or not storable(reason):
        raise Mistake(UserErrorCode.INVALID, "reason", f"Give 1 to {_LONGEST_REASON} characters.")
    name = _named(host)
    hosts.pause(connection, name, reason, identity.email)
    (row,) = [row for row in withheld(connection) if row.host == name]
    return PauseHostPayload(host=WithheldHost.of(row))


def _resume(connection: Connection, identity: Identity, host: str | None) -> ResumeHostPayload:
    name = _named(host)
    resumed = runs.lift_pause(connection, name)
    if resumed is None:
        paused = ", ".join(_shown(row.host) for row in withheld(connection) if row.paused_at) or "nothing"
        raise Mistake(UserErrorCode.INVALID, "host", f"{_shown(name)} is not paused; paused is {paused}.".capitalize())
    found = [run_now(connection, run_id, identity.viewer) for run_id in resumed]
    return ResumeHostPayload(runs=found, run_ids=resumed)


def _named(host: str | None) -> str:
    if host is None:
        return hosts.EVERYWHERE
    name = host.strip().lower()
    if not _HOST.fullmatch(name):
        wanted = "Give the name of a host, such as mirror.example.org, or leave it out for all hosts."
        raise Mistake(UserErrorCode.INVALID, "host", wanted)
    return name


def _shown(name: str) -> str:
    return "everything" if name == hosts.EVERYWHERE else name
