"""The mutation that removes a member for good."""

import asyncio
from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql.context import Info
from api.graphql.errors import Forbidden
from api.graphql.mutations.acting import Mistake, actor, attempt, no_errors, own_member
from api.graphql.types.user_error import UserError, UserErrorCode
from schema import definitions
from schema.definitions import DefinitionError
from schema.engine import database_url, engine
from schema.insights.accounts import Identity
from schema.settings import Settings
from schema.store import erasure_file


@strawberry.type(description="What became of a member who was to be erased.")
class EraseMemberPayload:
    held: bool | None = strawberry.field(
        default=None,
        description="Whether anything was known about the member. If not, they are kept out from now on all the same."
        " Null if not done.",
    )
    user_errors: list[UserError] = no_errors()
    name: strawberry.Private[str | None] = None


@strawberry.type
class ErasureMutations:
    @strawberry.mutation(
        description="Removes everything about a member and keeps them out from now on, whoever brings them; there is no"
        " way back. Only a salted hash of the name stays. People who have signed in may erase the member whose account"
        " theirs is, operators anybody."
    )
    async def erase_member(
        self,
        info: Info,
        username: Annotated[str, strawberry.argument(description="The member's username, in any case.")],
        confirm: Annotated[str, strawberry.argument(description="The same once more, so that no slip erases anybody.")],
    ) -> EraseMemberPayload:
        payload = await attempt(info, EraseMemberPayload, _checked, _eraser(info), username, confirm)
        if payload.name is not None:
            payload.held = await asyncio.to_thread(_erase, info.context.request.app.state.settings, payload.name)
        return payload


def _eraser(info: Info) -> Identity:
    identity = actor(info)
    if identity.key_id is not None and identity.scope != "operator":
        raise Forbidden("Members erase themselves when they have signed in; a program's key does not.")
    return identity


def _checked(connection: Connection, identity: Identity, username: str, confirm: str) -> EraseMemberPayload:
    tie = None if identity.scope == "operator" else own_member(connection, identity)
    try:
        ((name,),) = definitions.check({"usernames": [username]}).values()
    except DefinitionError as error:
        message = str(error).removeprefix("usernames: ")
        raise Mistake(UserErrorCode.INVALID, "username", f"{message}.") from None
    if tie is not None and tie.username != name:
        raise Forbidden("This account is another member's.")
    if confirm.strip().lower() != name:
        raise Mistake(UserErrorCode.INVALID, "confirm", "Give the same name as in username, to be sure.")
    return EraseMemberPayload(name=name)


def _erase(settings: Settings, name: str) -> bool:
    # With a connection of its own and in a thread: the numbers of the member's cohorts are computed anew.
    database = engine(database_url(settings))
    try:
        return erasure_file.erase(database, settings.erasures_path, name)
    finally:
        database.dispose()
