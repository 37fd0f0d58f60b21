"""What all mutations share: who may act, on what, and how mistakes are answered."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import strawberry
from sqlalchemy import Connection

from api.graphql.context import Info
from api.graphql.errors import Forbidden, NotFound, Unauthenticated
from api.graphql.text import storable
from api.graphql.types.user_error import UserError, UserErrorCode
from schema.insights import accounts, cohorts
from schema.insights.accounts import Identity, Tie
from schema.insights.cohorts import CohortRow

Arguments = ParamSpec("Arguments")
Payload = TypeVar("Payload")

_LONGEST_NAME = 120
USER_ERRORS = "Why it was not done; empty when it was."


class Mistake(Exception):
    """A person entered something that cannot be used; nothing is done."""

    def __init__(self, code: UserErrorCode, field: str, message: str) -> None:
        super().__init__(message)
        self.error = UserError(code=code, field=field, message=message)


def no_errors() -> list[UserError]:
    """The field `userErrors` of a payload."""
    return strawberry.field(default_factory=list, description=USER_ERRORS)


def actor(info: Info) -> Identity:
    """Who acts; raises Unauthenticated or, for a key that may only read, Forbidden."""
    return may_act(info.context.identity)


def may_act(identity: Identity | None) -> Identity:
    """Whoever asks, if they may change something; raises Unauthenticated or Forbidden."""
    if identity is None:
        raise Unauthenticated("Sign in, or send an API key: Authorization: Bearer …")
    if identity.scope == "read":
        raise Forbidden("This key may only read.")
    return identity


async def attempt(
    info: Info,
    payload: type[Payload],
    work: Callable[Concatenate[Connection, Arguments], Payload],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Payload:
    """What `work(connection, …)` answers, in one transaction; an empty payload that says why after a Mistake."""
    try:
        return await info.context.database.write(work, *args, **kwargs)
    except Mistake as mistake:
        return payload(user_errors=[mistake.error])


def own_cohort(connection: Connection, identity: Identity, cohort_id: int) -> CohortRow:
    """A cohort that the actor may change; NotFound when it does not exist for them, Forbidden when it is not theirs."""
    row = cohorts.by_id(connection, [cohort_id], identity.viewer).get(cohort_id)
    if row is None:
        raise NotFound(f"id: not known here: cohort {cohort_id}")
    if row.owner_id != identity.account_id and identity.scope != "operator":
        raise Forbidden("This cohort is not yours.")
    return row


def own_member(connection: Connection, identity: Identity) -> Tie:
    """The member whose account acts; Forbidden when it is not known to be anybody's."""
    tie = accounts.tie_of(connection, identity.account_id)
    if tie is None:
        raise Forbidden("This account is not known to be any member's; its operator can say so: almanac account tie")
    return tie


def checked_name(name: str, field: str = "name") -> str:
    """A name with its white space tidied; raises Mistake."""
    name = " ".join(name.split())
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or not storable(name):
        raise Mistake(UserErrorCode.INVALID, field, f"Give 1 to {_LONGEST_NAME} characters.")
    return name


def bound(field: str, have: int, most: int, what: str) -> None:
    """Raises Mistake when an account has as many as it may."""
    if have >= most:
        raise Mistake(UserErrorCode.TOO_MANY, field, f"An account may have {most} {what}.")
