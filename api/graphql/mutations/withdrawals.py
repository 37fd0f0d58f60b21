"""The mutation by which members take back what they gave."""

from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql.context import Info
from api.graphql.mutations.acting import Mistake, actor, attempt, no_errors, own_member
from api.graphql.types.source import Source
from api.graphql.types.user_error import UserError, UserErrorCode
from schema.insights.accounts import Identity
from schema.store import consents


@strawberry.type(description="What a member took back.")
class WithdrawSourcePayload:
    removed: int | None = strawberry.field(
        default=None, description="How many reactions are not known any more; null if not done."
    )
    user_errors: list[UserError] = no_errors()


@strawberry.type
class WithdrawalMutations:
    @strawberry.mutation(
        description="Takes back what your exports or your feed told, and ends the consent to it. What another source"
        " has told since stays, in that source's name."
    )
    async def withdraw_source(
        self, info: Info, source: Annotated[Source, strawberry.argument(description="EXPORT or RSS.")]
    ) -> WithdrawSourcePayload:
        return await attempt(info, WithdrawSourcePayload, _withdraw, actor(info), source)


def _withdraw(connection: Connection, identity: Identity, source: Source) -> WithdrawSourcePayload:
    if source.value not in consents.SOURCES:
        raise Mistake(UserErrorCode.INVALID, "source", "What pages tell was not given here; ask the operator.")
    member = own_member(connection, identity)
    return WithdrawSourcePayload(removed=consents.withdraw(connection, member.member_id, source.value))
