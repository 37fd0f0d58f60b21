"""Every GraphQL document that the project executes: in the tests' literals, the guides, the editor and the examples."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from schema.settings import REPOSITORY

_IN_FILES = [
    *(REPOSITORY / "examples" / "documents").glob("*.graphql"),
    *(REPOSITORY / "api" / "web").rglob("*.graphql"),
]
_GUIDES = [*(REPOSITORY / "docs").glob("*.md")]
_TESTS = [*(REPOSITORY / "tests" / "api").rglob("*.py"), *(REPOSITORY / "tests").glob("*.py")]


def everything_in(schema: GraphQLSchema) -> set[str]:
    """What there is to ask for: "Type.field", "Type.field(argument)" and "Input.field"."""
    found = set()
    for name, kind in schema.type_map.items():
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInputObjectType):
            continue
        for field, definition in kind.fields.items():
            found.add(f"{name}.{field}")
            found |= {f"{name}.{field}({argument})" for argument in getattr(definition, "args", {})}
    return found


def asked_for(schema: GraphQLSchema) -> set[str]:
    """What of it the documents ask for. Documents that a test puts together first are not seen."""
    info = TypeInfo(schema)
    collector = _Collector(info)
    for document in _documents():
        visit(document, TypeInfoVisitor(info, collector))
    keys = {key for tree in map(_tree, _TESTS) for key in _keys(tree)}
    # Input objects come in variables mostly, which tests write as dicts.
    inputs = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLInputObjectType)]
    return collector.found | {f"{kind.name}.{field}" for kind in inputs for field in kind.fields if field in keys}


class _Collector(Visitor):
    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self._info, self.found = info, set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self._info.get_parent_type()
        if parent is not None:
            name = f"{parent.name}.{node.name.value}"
            self.found |= {name, *(f"{name}({argument.name.value})" for argument in node.arguments or ())}

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> None:
        parent = get_named_type(self._info.get_parent_input_type())
        if parent is not None:
            self.found.add(f"{parent.name}.{node.name.value}")


def _documents() -> Iterator[DocumentNode]:
    for text in _texts():
        try:
            yield parse(text)
        except GraphQLError:  # another language, or a part of a document
            continue


def _texts() -> Iterator[str]:
    for path in _IN_FILES:
        yield path.read_text()
    for path in _GUIDES:
        yield from re.findall(r"```graphql\n(.*?)```", path.read_text(), re.S)
    for path in _TESTS:
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "{" in node.value:
                yield node.value


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _keys(tree: ast.Module) -> set[str]:
    dicts = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    keywords = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    return keywords | {key.value for each in dicts for key in each.keys if isinstance(key, ast.Constant)}
