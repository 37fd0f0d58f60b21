"""What must hold of every answer: typed errors, data of the schema's types, nothing told that is nobody's business."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLSkipDirective,
    SelectionSetNode,
    get_operation_ast,
    parse,
)

from api.graphql.errors import ClientError
from bench.fuzz_api.asking import Answer
from bench.fuzz_api.operations import Operation
from bench.fuzz_api.tenants import SECRET, Role
from schema.settings import REPOSITORY

_STATUSES = {200, 304, 400, 401, 403, 405, 413, 415, 429}
_CLOSED = {"CLOSED 4400", "CLOSED 4403"}  # how graphql-transport-ws says that a message was none, or not let in
_LEAKS = re.compile(
    r"(?i:psycopg|sqlalchemy|strawberry|traceback|site-packages|pg_catalog)|\b(?:SELECT|INSERT|UPDATE|DELETE FROM) "
    rf"|\.py\b|0x[0-9a-f]{{8,}}|{re.escape(str(REPOSITORY))}"
)


class Judge:
    """Says what is wrong with answers, and counts which fields were answered."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._codes = {kind.code for kind in ClientError.__subclasses__()}
        self._answered: set[str] = set()

    @property
    def coverage(self) -> str:
        """How many of the schema's fields were answered with something."""
        kinds = [kind for name, kind in self._schema.type_map.items() if not name.startswith("__")]
        every = sum(len(kind.fields) for kind in kinds if isinstance(kind, GraphQLObjectType))
        return f"{len(self._answered)} of {every}"

    def wrong(self, operation: Operation, role: Role, answer: Answer) -> Iterator[str]:
        """Each thing that must not be."""
        if answer.status not in _STATUSES:
            yield f"status {answer.status}"
        if not isinstance(answer.body, dict):
            yield "the answer is no JSON object"
            return
        for code in answer.codes:
            if code not in self._codes and not (answer.way == "websocket" and code in _CLOSED):
                yield f"error of code {code!r}"
        if answer.log:
            yield "something was logged"
        if operation.must_fail and not answer.codes:
            yield "what breaks a rule of the schema was not refused"
        asked = operation.document + json.dumps(operation.variables, ensure_ascii=False)
        for found in set(_LEAKS.findall(answer.text)):
            if found.lower() not in asked.lower():
                yield f"leaks {found!r}"
        if SECRET in answer.text and not role.sees_all:
            yield "shows what is somebody else's"
        if answer.data is not None:
            try:
                self._check(_heard(operation) if answer.way == "GET" else operation, answer.data)
            except _Misfit as misfit:
                yield f"data do not fit the schema: {misfit}"

    def _check(self, operation: Operation, data: Any) -> None:
        try:
            document = parse(operation.document)
        except GraphQLError:
            raise _Misfit("there are data for what is no document") from None
        asked = get_operation_ast(document, operation.name)
        if asked is None:
            raise _Misfit("there are data for no operation")
        root = self._schema.get_root_type(asked.operation)
        defaults = {each.variable.name.value: None for each in asked.variable_definitions or ()}
        _Fit(self._schema, document, defaults | operation.variables, self._answered).object(
            root, [asked.selection_set], data, asked.operation.value
        )


def _heard(operation: Operation) -> Operation:
    """What reaches the server in an address: halves of characters are replaced."""
    document = operation.document.encode(errors="surrogatepass").decode(errors="replace")
    return replace(operation, document=document)


class _Misfit(Exception):  # noqa: N818 - says where
    pass


class _Fit:
    """Whether data are what a document asks for, by the schema; raises _Misfit."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any], answered: set[str]
    ) -> None:
        self._schema, self._variables, self._answered = schema, variables, answered
        fragments = (each for each in document.definitions if isinstance(each, FragmentDefinitionNode))
        self._fragments = {each.name.value: each for each in fragments}

    def object(self, kind: GraphQLObjectType, selections: list[SelectionSetNode], data: Any, path: str) -> None:
        if not isinstance(data, dict):
            raise _Misfit(f"{path} is no object")
        fields: dict[str, list[FieldNode]] = {}
        for each in selections:
            self._collect(each, fields)
        if list(data) != list(fields):
            raise _Misfit(f"{path} has {list(data)}, asked for was {list(fields)}")
        for name, nodes in fields.items():
            field = nodes[0].name.value
            if field == "__typename":
                if data[name] != kind.name:
                    raise _Misfit(f"{path}.{name} is {data[name]!r}")
            elif not field.startswith("__"):
                if data[name] is not None:
                    self._answered.add(f"{kind.name}.{field}")
                inner = [node.selection_set for node in nodes if node.selection_set]
                self._value(kind.fields[field].type, inner, data[name], f"{path}.{name}")

    def _collect(self, selections: SelectionSetNode, fields: dict[str, list[FieldNode]]) -> None:
        for node in selections.selections:
            if not self._wanted(node):
                continue
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, FragmentSpreadNode):
                self._collect(self._fragments[node.name.value].selection_set, fields)
            else:
                self._collect(node.selection_set, fields)

    def _wanted(self, node: Any) -> bool:
        for directive, keep in ((GraphQLSkipDirective, False), (GraphQLIncludeDirective, True)):
            given = next((each for each in node.directives or () if each.name.value == directive.name), None)
            if given is not None:
                value = given.arguments[0].value
                truth = self._variables.get(value.name.value) if hasattr(value, "name") else value.value
                if truth is not keep:
                    return False
        return True

    def _value(self, kind: GraphQLOutputType, inner: list[SelectionSetNode], data: Any, path: str) -> None:
        if isinstance(kind, GraphQLNonNull):
            if data is None:
                raise _Misfit(f"{path} is null")
            self._value(kind.of_type, inner, data, path)
        elif data is None:
            return
        elif isinstance(kind, GraphQLList):
            if not isinstance(data, list):
                raise _Misfit(f"{path} is no list")
            for number, each in enumerate(data):
                self._value(kind.of_type, inner, each, f"{path}.{number}")
        elif isinstance(kind, GraphQLObjectType):
            self.object(kind, inner, data, path)
        elif isinstance(kind, GraphQLEnumType):
            if data not in kind.values:
                raise _Misfit(f"{path} is {data!r}")
        elif not _SCALARS.get(kind.name, lambda value: True)(data):
            raise _Misfit(f"{path} is {data!r}, no {kind.name}")


_SCALARS = {
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Float": lambda value: type(value) in (int, float) and math.isfinite(value),
    "String": lambda value: type(value) is str,
    "ID": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "Date": lambda value: isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value),
    "DateTime": lambda value: isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value),
}
