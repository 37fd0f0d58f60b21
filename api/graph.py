"""The GraphQL schema, built once: its shape is `api/schema.graphql`."""

from collections.abc import Iterable
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext, ExecutionResult
from strawberry.types.graphql import OperationType

from api.graphql.errors import report
from api.graphql.execution import Executor
from api.graphql.limits import Limits
from api.graphql.mutation import Mutation
from api.graphql.query import Query
from api.graphql.sources import OnlyQueries
from api.graphql.subscriptions import Subscription

_ANSWERED_ONCE = {OperationType.QUERY, OperationType.MUTATION}


class Schema(strawberry.Schema):
    """Strawberry's schema, which would log every typing mistake of a client as an error of ours."""

    async def execute(
        self, *args: Any, allowed_operation_types: Iterable[OperationType] | None = None, **kwargs: Any
    ) -> ExecutionResult:
        """One answer. Subscriptions, which have many, are refused: Strawberry would run one like a query."""
        allowed = _ANSWERED_ONCE & set(allowed_operation_types or _ANSWERED_ONCE)
        return await super().execute(*args, allowed_operation_types=allowed, **kwargs)

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Logs what is unexpected among `errors`."""
        for error in errors:
            report(error)


# Not sorted by strawberry's `sort_schema`, which rebuilds enums without their Python values (0.341): the
# printed schema has its types in order of name and their fields in order of definition, which is as stable.
schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(disable_field_suggestions=True),
    execution_context_class=Executor,
    # Fresh objects for each request; the caches behind them are shared and bounded.
    extensions=[Limits, OnlyQueries, lambda: ParserCache(maxsize=256), lambda: ValidationCache(maxsize=256)],
)


def sdl() -> str:
    """The schema in GraphQL's schema definition language."""
    return schema.as_str() + "\n"
