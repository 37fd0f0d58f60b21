"""Every place of the schema's queries that takes a string or an id, and a document that puts `$it` there."""

from collections.abc import Iterator
from dataclasses import dataclass

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
)

# What is given where something must be: by name, else by type.
_FILLERS = {
    "slug": '"stalker"',
    "definition": '{usernames: ["ben"]}',
    "of": '{usernames: ["ben"]}',
    "minus": '{usernames: ["ben"]}',
    "ID": '"1"',
    "String": '"ben"',
    "DateTime": '"2026-01-01T00:00:00Z"',
    "Int": "1",
    "JSON": "{}",
}
_DEEPEST = 3  # of input objects in input objects


@dataclass(frozen=True)
class Place:
    """Where something is put: "Type.field(argument.inner)", of which type, and by which document."""

    name: str
    kind: str
    document: str


def places(schema: GraphQLSchema) -> Iterator[Place]:
    """All of them, each field reached on the shortest way."""
    for parent, (before, after) in _ways(schema.query_type).items():
        for name, field in parent.fields.items():
            for argument, definition in field.args.items():
                for inner, kind, value in _inside(argument, definition, 0):
                    given = _arguments(field, argument, f"{argument}: {value}")
                    inner_fields = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
                    document = f"query ($it: {kind}!) {{ {before} {name}{given}{inner_fields} {after} }}"
                    yield Place(f"{parent.name}.{name}({inner})", kind, document)


def _ways(root: GraphQLObjectType) -> dict[GraphQLObjectType, tuple[str, str]]:
    """For each type what to write before and behind a field of it."""
    found, waiting = {root: ("", "")}, [root]
    for parent in waiting:
        for name, field in parent.fields.items():
            kind = get_named_type(field.type)
            if isinstance(kind, GraphQLObjectType) and kind not in found:
                before, after = found[parent]
                found[kind] = (f"{before} {name}{_arguments(field)} {{", f"}} {after}")
                waiting.append(kind)
    return found


def _arguments(field: GraphQLField, but: str = "", given: str = "") -> str:
    needed = [
        f"{name}: {_filler(name, each)}"
        for name, each in field.args.items()
        if name != but and (is_required_argument(each) or name == "first")
    ]
    every = [given, *needed] if given else needed
    return f"({', '.join(every)})" if every else ""


def _filler(name: str, definition: GraphQLArgument | GraphQLInputField) -> str:
    kind = get_named_type(definition.type)
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    return _FILLERS.get(name) or _FILLERS[kind.name]


def _inside(name: str, definition: GraphQLArgument | GraphQLInputField, level: int) -> Iterator[tuple[str, str, str]]:
    """The places in an argument or input field: (name, type, its value with `$it` in it)."""
    kind = get_named_type(definition.type)
    listed = "[" in str(definition.type)
    if kind.name in {"String", "ID"}:
        yield name, kind.name, "[$it]" if listed else "$it"
    elif isinstance(kind, GraphQLInputObjectType) and level < _DEEPEST:
        for field, each in kind.fields.items():
            others = [
                f"{other}: {_filler(other, about)}"
                for other, about in kind.fields.items()
                if other != field and is_required_input_field(about)
            ]
            for inner, leaf, value in _inside(field, each, level + 1):
                given = "{" + ", ".join([f"{field}: {value}", *others]) + "}"
                yield f"{name}.{inner}", leaf, f"[{given}]" if listed else given
