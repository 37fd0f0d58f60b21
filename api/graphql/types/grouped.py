"""What every part of the GraphQL type Cohort stands on."""

import strawberry

from schema.insights.groups import Group


@strawberry.type
class Grouped:
    """A group of members. Cursors of what hangs on it keep to `scope`."""

    group: strawberry.Private[Group]
    scope: strawberry.Private[str]
