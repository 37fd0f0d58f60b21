"""Completes plain values by functions made once a selection, and leaves all else to the library.

graphql-core builds a path, an info object and half a dozen calls for every value. A field that only reads an
attribute, or calls a method without arguments, needs none of them: for such fields a function is compiled when the
selection is first met, and called for each object. Whatever it does not understand, an error above all, is done
again by the library.

Functions are kept with the operation, for whoever asks it again, unless it has directives: then what is selected
depends on the variables.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
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
from strawberry.schema.schema_converter import CustomGraphQLEnumType, GraphQLCoreConverter
from strawberry.types.fields.resolver import StrawberryResolver

from api.graphql.compiled import LEAVES, Complete, Completion, Fields, Unusual


@dataclass(frozen=True, slots=True)
class Plan:
    """How the fields of one selection are done: by `plain`, if there is one, and `rest` by the library; all `names`."""

    names: list[str]
    plain: Complete | None
    rest: frozenset[str]
    nodes: list[FieldNode]  # kept, so that their ids stay their own


Plans = dict[tuple[GraphQLObjectType, tuple[int, ...]], Plan]


class Reticent(StrawberryGraphQLCoreExecutionContext):
    """The library's executor, which makes no suggestions about variables."""

    @classmethod
    def build(cls, *args: Any, **kwargs: Any) -> "list[GraphQLError] | Reticent":
        """An executor of this class, or what is wrong with the request."""
        return super().build(*args, **{**kwargs, "hide_suggestions": True})


class Executor(Reticent):
    """The library's executor with a shorter way for fields that read attributes or call methods without arguments."""

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
        if plan.plain is None:
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        try:
            results = plan.plain(source_value)
        except Exception:  # noqa: BLE001 - the library says what is wrong with the value, and where
            return super().execute_fields(parent_type, source_value, path, grouped_field_set, position_context)
        if not plan.rest:
            return results
        rest = {name: found for name, found in grouped_field_set.items() if name in plan.rest}
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
        nodes = [each.node for details in fields.values() for each in details]
        if self.middleware_manager is not None and self.middleware_manager.middlewares:
            return Plan(list(fields), None, frozenset(fields), nodes)
        plain = Fields()
        for name, details in fields.items():
            self._add(plain, parent_type, name, details)
        rest = frozenset(fields) - set(plain.entries)
        return Plan(list(fields), None if rest and not plain.entries else plain.function(), rest, nodes)

    def _add(self, plain: Fields, parent_type: GraphQLObjectType, name: str, details: FieldDetailsList) -> None:
        node = details[0].node
        if any(each.node.directives for each in details):
            return
        if node.name.value == "__typename":
            plain.constant(name, parent_type.name)
            return
        field = self.schema.get_field(parent_type, node.name.value)
        completion = None if field is None or field.args else self._completion(field.type, details)
        if completion is None:
            return
        definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if definition is None or definition.default_resolver is not getattr or definition.extensions:
            return
        if definition.is_basic_field:
            plain.attribute(name, definition.python_name, completion)
        elif method := _method(definition.base_resolver):
            plain.method(name, method, completion)

    def _completion(self, kind: GraphQLOutputType, details: FieldDetailsList) -> Completion | None:
        """How values of a type are completed; None when only the library can."""
        if is_non_null_type(kind):
            inner = self._completion(kind.of_type, details)
            return inner and replace(inner, nullable=False)
        if is_list_type(kind):
            inner = self._completion(kind.of_type, details)
            return inner and Completion(items=inner)
        if is_leaf_type(kind):
            return LEAVES.get(kind.name) or Completion(call=_coerced(kind))
        if is_object_type(kind) and kind.is_type_of is None:
            collected = self.collect_subfields(kind, details)
            plan = None if collected.new_defer_usages else self._plan(kind, collected.grouped_field_set)
            return None if plan is None or plan.rest else Completion(call=plan.plain)
        return None


def _method(resolver: StrawberryResolver) -> Complete | None:
    """The function of a resolver that is called with the object alone, and answers at once; None for others."""
    if resolver.is_async or resolver.arguments or resolver.info_parameter or resolver.parent_parameter:
        return None
    return resolver.wrapped_func if resolver.self_parameter else None


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


def _coerced(kind: GraphQLLeafType) -> Complete:
    """The conversion of a type of ours; an enum's members are looked up."""
    names = {}
    if isinstance(kind, CustomGraphQLEnumType):
        names = {id(member): kind.coerce_output_value(member) for member in kind.wrapped_cls}

    def completed(value: Any) -> Any:
        found = names.get(id(value)) or kind.coerce_output_value(value)
        if found is None or found is Undefined:
            raise Unusual
        return found

    return completed
