"""Resolves a cohort that is not saved."""

from sqlalchemy import Connection

from api.graphql.context import Info
from api.graphql.errors import BadUserInput, NotFound, TooComplex
from api.graphql.inputs.cohort_definition import CohortDefinition
from api.graphql.types.cohort import Cohort
from schema import definitions
from schema.insights import cohorts
from schema.insights.groups import members_by_username
from schema.viewer import Viewer

# Each is a look-up of its own; usernames in one list are one.
_MAX_PARTS = 100


async def ad_hoc_cohort(info: Info, given: CohortDefinition) -> Cohort:
    """The cohort that a definition stands for now; raises a ClientError that names what is wrong or unknown."""
    try:
        definition = definitions.check(given.as_definition())
    except definitions.DefinitionError as error:
        raise BadUserInput(str(error)) from None
    bound_parts(definition)
    names = set(definition.get("usernames", ()))
    if names:  # the most common by far, in one statement when all are known
        known = await info.context.database.look(members_by_username, names)
        if len(known) == len(names):
            return Cohort.ad_hoc(definition, {row.id for row in known.values()})
    return Cohort.ad_hoc(definition, await info.context.database.read(_resolve, definition, info.context.viewer))


def bound_parts(definition: definitions.Definition) -> None:
    """Raises TooComplex for a definition of too many parts."""
    parts = sum(1 for _ in definitions.leaves(definition))
    if parts > _MAX_PARTS:
        raise TooComplex(f"definition: has {parts} parts; at most {_MAX_PARTS} are allowed")


def _resolve(connection: Connection, definition: definitions.Definition, viewer: Viewer) -> set[int]:
    unknown = cohorts.unknown_parts(connection, definition, viewer)
    if unknown:
        raise NotFound(f"definition: not known here: {', '.join(unknown)}")
    return definitions.resolve(connection, definition, viewer)
