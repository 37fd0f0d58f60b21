"""Completes plain values by functions made once a selection, and leaves all else to the library.

graphql-core builds a path, an info object and half a dozen calls for every value. A field that only reads an
attribute needs none of them: for such fields a function is made when the selection is first met, and called
for each object. Whatever such a function does not understand, an error above all, is done again by the library.

Functions are kept with the operation, for whoever asks it again, unless it has directives: then what is selected
depends on the variables.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from operator import attrgetter
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLBoolean,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    OperationDefinitionNode,
    Undefined,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    print_ast,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter

Complete = Callable[[Any], Any]

_MAX_INT = 2**31


@dataclass(frozen=True, slots=True)
class Plan:
    """How the fields of one selection are done: `plain` by function, `rest` by the library; `names` in order."""

    names: list[str]
    plain: list[tuple[str, Callable[[Any], Any], Complete]]
    rest: frozenset[str]
    nodes: list[FieldNode]  # kept, so that their ids stay their own


Plans = dict[tuple[GraphQLObjectType, tuple[int, ...]], Plan]


class Unusual(Exception):  # noqa: N818 - no error: the library decides what it is
    """A value that the functions here leave to the library."""


class Executor(StrawberryGraphQLCoreExecutionContext):
    """The library's executor with a shorter way for fields that read attributes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans = _plans_of(self.operation, self.fragment_definitions)

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: GroupedFieldSet,
        position_context: Any,
    ) -> dict[str, Any] | Awaitable[dict[str, Any]]:
        """The results by name, in the order of the selection."""
        plan = self._plan(parent_type, grouped_field_set)
        results: dict[str, Any] = {}
        unusual = set()
        for name, read, complete in plan.plain:
            try:
                results[name] = complete(read(source_value))
            except Exception:  # noqa: BLE001 - the library says what is wrong with the value, and where
                unusual.add(name)
        if not plan.rest and not unusual:
            return results
        # In their places, so that what an error keeps from running is the same.
        rest = {name: found for name, found in grouped_field_set.items() if name in plan.rest or name in unusual}
        others = super().execute_fields(parent_type, source_value, path, rest, position_context)
        if self.is_awaitable(others):
            return _awaited(plan.names, results, others)
        return _in_order(plan.names, results | others)

    def _plan(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan:
        key = parent_type, tuple([id(each.node) for details in fields.values() for each in details])
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = self._made(parent_type, fields)
        return plan

    def _made(self, parent_type: GraphQLObjectType, fields: GroupedFieldSet) -> Plan:
        wrapped = self.middleware_manager is not None and self.middleware_manager.middlewares
        plain, rest = [], set()
        for name, details in fields.items():
            found = None if wrapped else self._plain(parent_type, details)
            if found is None:
                rest.add(name)
            else:
                plain.append((name, *found))
        nodes = [each.node for details in fields.values() for each in details]
        return Plan(list(fields), plain, frozenset(rest), nodes)

    def _plain(
        self, parent_type: GraphQLObjectType, details: FieldDetailsList
    ) -> tuple[Callable[[Any], Any], Complete] | None:
        """How to read and to complete a field that only reads an attribute; None for others."""
        node = details[0].node
        if node.name.value == "__typename":
            return (lambda source: parent_type.name), _text
        field = self.schema.get_field(parent_type, node.name.value)
        if field is None or field.args or any(each.node.directives for each in details):
            return None
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if definition is None or not definition.is_basic_field or definition.default_resolver is not getattr:
            return None
        complete = self._completer(field.type, details)
        return None if complete is None else (attrgetter(definition.python_name), complete)

    def _completer(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Complete | None:
        if is_non_null_type(kind):
            inner = self._completer(kind.of_type, details)
            return None if inner is None else _never_null(inner)
        if is_list_type(kind):
            inner = self._completer(kind.of_type, details)
            return None if inner is None else _list(inner)
        if is_leaf_type(kind):
            return _nullable(_LEAVES.get(kind.name) or _coerced(kind.coerce_output_value))
        if is_object_type(kind) and kind.is_type_of is None:
            return self._object(kind, details)
        return None

    def _object(self, kind: GraphQLObjectType, details: FieldDetailsList) -> Complete | None:
        """For objects all of whose fields are plain."""
        collected = self.collect_subfields(kind, details)
        if collected.new_defer_usages:
            return None
        plan = self._plan(kind, collected.grouped_field_set)
        if plan.rest:
            return None
        fields = plan.plain
        return _nullable(lambda source: {name: complete(read(source)) for name, read, complete in fields})


_MOST_OPERATIONS = 256  # as many as are kept parsed
_plans: OrderedDict[int, tuple[OperationDefinitionNode, Plans]] = OrderedDict()


def _plans_of(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Plans:
    """The plans made for this operation so far, to be added to."""
    found = _plans.get(id(operation))
    if found is not None:
        _plans.move_to_end(id(operation))
        return found[1]
    plans: Plans = {}
    if not any("@" in print_ast(each) for each in (operation, *fragments.values())):
        _plans[id(operation)] = operation, plans
        if len(_plans) > _MOST_OPERATIONS:
            _plans.popitem(last=False)
    return plans


def _in_order(names: list[str], results: dict[str, Any]) -> dict[str, Any]:
    return {name: results[name] for name in names if results.get(name, Undefined) is not Undefined}


async def _awaited(names: list[str], results: dict[str, Any], others: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    return _in_order(names, results | await others)


def _never_null(complete: Complete) -> Complete:
    def completed(value: Any) -> Any:
        found = complete(value)
        if found is None:
            raise Unusual
        return found

    return completed


def _nullable(complete: Complete) -> Complete:
    return lambda value: None if value is None else complete(value)


def _list(complete: Complete) -> Complete:
    def completed(value: Any) -> list[Any] | None:
        if value is None:
            return None
        if type(value) is not list:
            raise Unusual
        return [complete(item) for item in value]

    return completed


def _coerced(coerce: Complete) -> Complete:
    def completed(value: Any) -> Any:
        found = coerce(value)
        if found is None or found is Undefined:
            raise Unusual
        return found

    return completed


def _text(value: Any) -> str:
    if type(value) is not str:
        raise Unusual
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not -_MAX_INT <= value < _MAX_INT:
        raise Unusual
    return value


def _number(value: Any) -> float:
    if type(value) is not float or not isfinite(value):
        raise Unusual
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise Unusual
    return value


# What a value of the very type needs; the library converts the others.
_LEAVES: dict[str, Complete] = {
    GraphQLString.name: _text,
    GraphQLID.name: _text,
    GraphQLInt.name: _whole,
    GraphQLFloat.name: _number,
    GraphQLBoolean.name: _truth,
}
