"""Mutations that make, change and remove cohorts."""

from typing import Annotated

import strawberry
from sqlalchemy import Connection

from api.graphql import ids
from api.graphql.ad_hoc import bound_parts
from api.graphql.context import Info
from api.graphql.errors import NotFound
from api.graphql.inputs.cohort_definition import CohortDefinition
from api.graphql.mutations.acting import Mistake, actor, attempt, bound, no_errors, own_cohort
from api.graphql.types.cohort import Cohort, Visibility
from api.graphql.types.user_error import UserError, UserErrorCode
from schema import definitions
from schema.definitions import Definition, DefinitionError
from schema.insights import cohorts as looking
from schema.insights.accounts import Identity, belongings
from schema.store import accounts, cohorts, shares
from schema.store.cohorts import BadLabel, LabelTaken
from schema.viewer import Viewer

_MOST_COHORTS = 200

CohortId = Annotated[strawberry.ID, strawberry.argument(description="The cohort's id.")]
Label = Annotated[str, strawberry.argument(description="What to call it: 1 to 120 characters, not just a number.")]
Given = Annotated[
    CohortDefinition,
    strawberry.argument(description="Which members make it. Those not known here are looked up by the next sync."),
]


@strawberry.type(description="A cohort that was made or changed.")
class CohortPayload:
    cohort: Cohort | None = strawberry.field(default=None, description="The cohort as it is now; null if not done.")
    user_errors: list[UserError] = no_errors()


@strawberry.type(description="A cohort that was deleted.")
class DeleteCohortPayload:
    deleted_id: strawberry.ID | None = strawberry.field(default=None, description="Its id; null if not done.")
    user_errors: list[UserError] = no_errors()


@strawberry.type
class CohortMutations:
    @strawberry.mutation(description="Makes a cohort of yours, out of the members known here. Sync it to know more.")
    async def create_cohort(
        self,
        info: Info,
        label: Label,
        definition: Given,
        visibility: Annotated[
            Visibility, strawberry.argument(description="Who may see it besides you.")
        ] = Visibility.PRIVATE,
    ) -> CohortPayload:
        identity = actor(info)
        return await attempt(info, CohortPayload, _create, identity, label, definition, visibility.value)

    @strawberry.mutation(description="Gives a cohort another label.")
    async def rename_cohort(self, info: Info, id: CohortId, label: Label) -> CohortPayload:
        identity = actor(info)
        return await attempt(info, CohortPayload, _rename, identity, ids.key("Cohort", id, "id"), label)

    @strawberry.mutation(description="Changes which members make a cohort.")
    async def redefine_cohort(self, info: Info, id: CohortId, definition: Given) -> CohortPayload:
        identity = actor(info)
        return await attempt(info, CohortPayload, _redefine, identity, ids.key("Cohort", id, "id"), definition)

    @strawberry.mutation(description="Changes who may see a cohort. Making it private ends all its shares for good.")
    async def set_cohort_visibility(
        self,
        info: Info,
        id: CohortId,
        visibility: Annotated[Visibility, strawberry.argument(description="Who may see it besides its owner.")],
    ) -> CohortPayload:
        identity, cohort_id = actor(info), ids.key("Cohort", id, "id")
        return await attempt(info, CohortPayload, _set_visibility, identity, cohort_id, visibility.value)

    @strawberry.mutation(description="Deletes a cohort with its runs and shares. Its members and their reactions stay.")
    async def delete_cohort(self, info: Info, id: CohortId) -> DeleteCohortPayload:
        identity = actor(info)
        return await attempt(info, DeleteCohortPayload, _delete, identity, ids.key("Cohort", id, "id"))


def _create(
    connection: Connection, identity: Identity, label: str, given: CohortDefinition, visibility: str
) -> CohortPayload:
    accounts.hold(connection, identity.account_id)
    bound("label", belongings(connection, identity.account_id).cohorts, _MOST_COHORTS, "cohorts")
    label = _label(label)
    definition = _definition(connection, given, identity.viewer)
    try:
        cohort_id = cohorts.create(connection, label, definition, owner_id=identity.account_id, visibility=visibility)
    except LabelTaken as error:
        raise Mistake(UserErrorCode.TAKEN, "label", f"{error}.") from None
    cohorts.set_members(connection, cohort_id, definitions.resolve(connection, definition, identity.viewer))
    return _payload(connection, identity, cohort_id)


def _rename(connection: Connection, identity: Identity, cohort_id: int, label: str) -> CohortPayload:
    own_cohort(connection, identity, cohort_id)
    try:
        cohorts.rename(connection, cohort_id, _label(label))
    except LabelTaken as error:
        raise Mistake(UserErrorCode.TAKEN, "label", f"{error}.") from None
    return _payload(connection, identity, cohort_id)


def _redefine(connection: Connection, identity: Identity, cohort_id: int, given: CohortDefinition) -> CohortPayload:
    own_cohort(connection, identity, cohort_id)
    definition = _definition(connection, given, identity.viewer)
    cohorts.redefine(connection, cohort_id, definition)
    cohorts.set_members(connection, cohort_id, definitions.resolve(connection, definition, identity.viewer))
    return _payload(connection, identity, cohort_id)


def _set_visibility(connection: Connection, identity: Identity, cohort_id: int, visibility: str) -> CohortPayload:
    own_cohort(connection, identity, cohort_id)
    shares.set_visibility(connection, cohort_id, visibility)
    return _payload(connection, identity, cohort_id)


def _delete(connection: Connection, identity: Identity, cohort_id: int) -> DeleteCohortPayload:
    own_cohort(connection, identity, cohort_id)
    cohorts.delete(connection, cohort_id)
    return DeleteCohortPayload(deleted_id=ids.global_id("Cohort", cohort_id))


def _payload(connection: Connection, identity: Identity, cohort_id: int) -> CohortPayload:
    return CohortPayload(cohort=Cohort.saved(looking.by_id(connection, [cohort_id], identity.viewer)[cohort_id]))


def _label(label: str) -> str:
    try:
        return cohorts.checked_label(label)
    except BadLabel as error:
        raise Mistake(UserErrorCode.INVALID, "label", f"{error}.".capitalize()) from None


def _definition(connection: Connection, given: CohortDefinition, viewer: Viewer) -> Definition:
    try:
        definition = definitions.check(given.as_definition())
    except DefinitionError as error:
        raise Mistake(UserErrorCode.INVALID, "definition", f"{error}.") from None
    bound_parts(definition)
    hidden = looking.hidden_parts(connection, definition, viewer)
    if hidden:
        raise NotFound(f"definition: not known here: {', '.join(hidden)}")
    return definition
