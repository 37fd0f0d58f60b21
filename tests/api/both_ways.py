"""Completes every query a second time in the library's own way, and notes where the two ways differ."""

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest import mock

from graphql import GraphQLError, OperationType, get_operation_ast, parse

from api import graph
from api.graphql.errors import formatted
from api.graphql.execution import Reticent

Outcome = tuple[str, tuple[str, ...]]
EXECUTE = graph.Schema.execute


class _Quiet(graph.Schema):
    def process_errors(self, *args: Any) -> None:
        """Nothing: what is unexpected has been logged the first time."""


class BothWays:
    """What was compared. `again` is true while something is done a second time."""

    def __init__(self) -> None:
        self.again = False
        self.compared = 0
        self.differences: list[str] = []
        self._told: set[tuple[object, ...]] = set()
        self._library = copy.copy(graph.schema)
        self._library.__class__ = _Quiet
        self._library.execution_context_class = Reticent

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Does so while the block lasts, with the loaders of the first time: nothing is fetched twice."""

        async def execute(schema: graph.Schema, query: str | None, *args: Any, **kwargs: Any) -> Any:
            found = await EXECUTE(schema, query, *args, **kwargs)
            if schema is graph.schema and _is_query(query, kwargs.get("operation_name")):
                ours = _shown(found)
                told = query, repr(kwargs.get("variable_values")), *ours
                if told not in self._told:  # an answer that was compared before says nothing new
                    self._told.add(told)
                    self.again = True
                    try:
                        self._compare(query, ours, _shown(await EXECUTE(self._library, query, *args, **kwargs)))
                    finally:
                        self.again = False
            return found

        with mock.patch.object(graph.Schema, "execute", execute):
            yield

    def _compare(self, query: str, ours: Outcome, theirs: Outcome) -> None:
        self.compared += 1
        if ours != theirs:
            self.differences.append(f"{query}\nours: {ours}\nthe library's: {theirs}")


@lru_cache(maxsize=1024)
def _is_query(query: str | None, name: str | None) -> bool:
    try:
        operation = get_operation_ast(parse(query or ""), name)
    except (GraphQLError, RecursionError):
        return False
    return operation is not None and operation.operation is OperationType.QUERY


def _shown(result: Any) -> Outcome:
    """The data as it stands, order and kinds of numbers included, and the errors in no order."""
    errors = [json.dumps(formatted(error), sort_keys=True) for error in result.errors or []]
    return repr(result.data), tuple(sorted(errors))
