"""Mutations that make and revoke API keys."""

from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql import ids
from api.graphql.context import Info
from api.graphql.errors import Forbidden, NotFound
from api.graphql.mutations.acting import actor, attempt, bound, checked_name, no_errors
from api.graphql.mutations.shares import life
from api.graphql.types.account import ApiKey, Scope
from api.graphql.types.user_error import UserError
from schema.insights.accounts import Identity, belongings, keys_of
from schema.store import accounts, keys

_MOST_KEYS = 50


@strawberry.type(description="A key that was made.")
class CreateApiKeyPayload:
    key: ApiKey | None = strawberry.field(default=None, description="What is kept of it; null if not done.")
    secret: str | None = strawberry.field(
        default=None, description="The key itself. It is not kept here: this is the only time it is shown."
    )
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="A key that was revoked.")
class RevokeApiKeyPayload:
    revoked_id: strawberry.ID | None = strawberry.field(default=None, description="Its id; null if not done.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class KeyMutations:
    @strawberry.mutation(
        description="Makes an API key of your account. Only for people who have signed in: a key makes no keys, or"
        " one that was stolen could not be taken back."
    )
    async def create_api_key(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="What it is for: 1 to 120 characters.")],
        scope: Annotated[Scope, strawberry.argument(description="How far it goes.")] = Scope.READ,
        expires_in_days: Annotated[
            int | None, strawberry.argument(description="After how many days it ends; never when left out.")
        ] = None,
    ) -> CreateApiKeyPayload:
        identity = _person(info)
        if scope is Scope.OPERATOR and identity.scope != "operator":
            raise Forbidden("Your account is not an operator's.")
        return await attempt(info, CreateApiKeyPayload, _create, identity, name, scope.value, expires_in_days)

    @strawberry.mutation(description="Ends a key of your account for good. Only for people who have signed in.")
    async def revoke_api_key(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The key's id.")]
    ) -> RevokeApiKeyPayload:
        return await attempt(info, RevokeApiKeyPayload, _revoke, _person(info), ids.key("ApiKey", id, "id"))


def _person(info: Info) -> Identity:
    identity = actor(info)
    if identity.key_id is not None:
        raise Forbidden("Keys are made and revoked by people who have signed in, not by keys.")
    return identity


def _create(connection: Connection, identity: Identity, name: str, scope: str, days: int | None) -> CreateApiKeyPayload:
    accounts.hold(connection, identity.account_id)
    bound("name", belongings(connection, identity.account_id).keys, _MOST_KEYS, "keys")
    key_id, secret = keys.create(connection, identity.account_id, checked_name(name), scope, life=life(days))
    (row,) = [row for row in keys_of(connection, identity.account_id) if row.id == key_id]
    return CreateApiKeyPayload(key=ApiKey.of(row), secret=secret)


def _revoke(connection: Connection, identity: Identity, key_id: int) -> RevokeApiKeyPayload:
    if not keys.revoke(connection, key_id, identity.account_id):
        raise NotFound(f"id: not known here: key {key_id}")
    return RevokeApiKeyPayload(revoked_id=ids.global_id("ApiKey", key_id))
