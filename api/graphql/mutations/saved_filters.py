"""Mutations that keep film filters under a name."""

import json
from typing import Annotated

import strawberry
from sqlalchemy import Connection
from strawberry.scalars import JSON

from api.graphql import ids
from api.graphql.context import Info
from api.graphql.errors import NotFound
from api.graphql.inputs.saved import problem_with
from api.graphql.mutations.acting import Mistake, actor, attempt, bound, checked_name, no_errors
from api.graphql.text import storable_document
from api.graphql.types.account import SavedFilter
from api.graphql.types.user_error import UserError, UserErrorCode
from schema.insights.accounts import FilterRow, Identity, belongings, filters_of
from schema.store import accounts, saved_filters

_MOST_FILTERS = 200
_LONGEST_FILTER = 10_000


@strawberry.type(description="A filter that was kept.")
class SaveFilterPayload:
    saved_filter: SavedFilter | None = strawberry.field(default=None, description="The filter; null if not done.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="A saved filter that was deleted.")
class DeleteSavedFilterPayload:
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="Its id; null if not done.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class SavedFilterMutations:
    @strawberry.mutation(
        description="Keeps a film filter under a name, in place of the one that had it. Only what"
        " `Cohort.films(filter:)` takes is kept."
    )
    async def save_filter(
        self,
        info: Info,
        name: Annotated[str, strawberry.argument(description="1 to 120 characters, unique within your account.")],
        filter: Annotated[
            JSON,
            strawberry.argument(
                description=f"An object with the fields of a `FilmFilter`, at most {_LONGEST_FILTER:,} characters."
            ),
        ],
    ) -> SaveFilterPayload:
        identity = actor(info)
        return await attempt(info, SaveFilterPayload, _save, identity, name, filter, problem_with(info, filter))

    @strawberry.mutation(description="Deletes a saved filter of yours.")
    async def delete_saved_filter(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The filter's id.")]
    ) -> DeleteSavedFilterPayload:
        identity = actor(info)
        return await attempt(info, DeleteSavedFilterPayload, _delete, identity, ids.key("SavedFilter", id, "id"))


def _save(
    connection: Connection, identity: Identity, name: str, filter: object, problem: str | None
) -> SaveFilterPayload:
    name = checked_name(name)
    if not isinstance(filter, dict) or not storable_document(filter) or len(json.dumps(filter)) > _LONGEST_FILTER:
        raise Mistake(UserErrorCode.INVALID, "filter", f"Give an object of at most {_LONGEST_FILTER:,} characters.")
    if problem is not None:
        raise Mistake(UserErrorCode.INVALID, "filter", problem)
    accounts.hold(connection, identity.account_id)
    if all(kept.name != name for kept in filters_of(connection, identity.account_id)):
        bound("name", belongings(connection, identity.account_id).filters, _MOST_FILTERS, "saved filters")
    filter_id = saved_filters.save(connection, identity.account_id, name, filter)
    return SaveFilterPayload(saved_filter=SavedFilter.of(FilterRow(filter_id, name, filter)))


def _delete(connection: Connection, identity: Identity, filter_id: int) -> DeleteSavedFilterPayload:
    if not saved_filters.delete(connection, filter_id, identity.account_id):
        raise NotFound(f"id: not known here: saved filter {filter_id}")
    return DeleteSavedFilterPayload(deleted_id=ids.global_id("SavedFilter", filter_id))
