"""Makes random operations out of a schema: every kind, with variables, fragments, aliases and directives."""

import json
import random
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

from bench.fuzz_api.values import Known, Name, Values

_KINDS = {"query": 68, "mutation": 24, "subscription": 8}
_DEEPEST = 9  # levels of fields; the API allows 12
# How often a value is worse than it need be, by operation: many must get far, or nothing but refusals is tried.
_TEMPERS = (0.0, 0.0, 0.0, 0.03, 0.03, 0.2)


@dataclass(frozen=True)
class Operation:
    """What is sent. `must_fail` says that it breaks a rule of the schema."""

    document: str
    kind: str
    variables: dict[str, Any] = field(default_factory=dict)
    name: str | None = None
    must_fail: bool = False


class Maker:
    """Makes operations; the same for the same random numbers and the same answers in between."""

    def __init__(self, schema: GraphQLSchema, known: Known, chance: random.Random) -> None:
        self._schema, self._chance = schema, chance
        self._values = Values(known, chance)
        self._roots = {"query": schema.query_type, "mutation": schema.mutation_type}
        self._roots["subscription"] = schema.subscription_type

    def make(self) -> Operation:
        """The next one."""
        kind = self._chance.choices(list(_KINDS), list(_KINDS.values()))[0]
        return _Document(self._values, self._chance, kind).of(self._roots[kind])


class _Document:
    """One operation in the making: its variables and fragments."""

    def __init__(self, values: Values, chance: random.Random, kind: str) -> None:
        self._values, self._chance, self._kind = values, chance, kind
        self._temper = chance.choice(_TEMPERS)
        self._declared: dict[str, str] = {}
        self._variables: dict[str, Any] = {}
        self._fragments: list[str] = []
        self._aliases = 0

    def of(self, root: GraphQLObjectType) -> Operation:
        most = 1 if self._kind == "subscription" else self._chance.choice((1, 1, 1, 2, 3))
        body = self._selections(root, 1, most)
        if self._kind == "query" and self._happens(0.02):
            kind = self._chance.choice((root.name, "Film", "Nothing", ""))
            body += f" __type(name: {json.dumps(kind)}) {{ name fields {{ name type {{ name }} }} }}"
        name = self._chance.choice((None, None, "Asked", "A1"))
        declared = ", ".join(f"${each}: {kind}" for each, kind in self._declared.items())
        head = f"{self._kind} {name or ''}" + (f" ({declared})" if declared else "")
        parts = [f"{head} {{ {body} }}", *self._fragments]
        if name and self._happens(0.05):
            parts.append("query Other { viewer { email } }")
        if self._worse(0.1):
            parts.append(self._chance.choice(_ODD_ENDS))
        self._chance.shuffle(parts)
        return Operation("\n".join(parts), self._kind, self._variables, name)

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share

    def _worse(self, share: float = 1.0) -> bool:
        return self._happens(self._temper * share)

    def _selections(self, parent: GraphQLObjectType, level: int, most: int = 3) -> str:
        fields = list(parent.fields.items())
        leaves = [each for each in fields if not is_composite_type(get_named_type(each[1].type))]
        inner = [each for each in fields if is_composite_type(get_named_type(each[1].type))]
        chosen = self._some(leaves, 4 if level > 1 else most)
        if level < _DEEPEST and inner:
            chosen += self._some(inner, most if level == 1 else self._chance.choice((1, 1, 2, 3)))
        if not chosen:
            chosen = leaves[:1]
        parts = [self._field(name, definition, level) for name, definition in chosen]
        if chosen and self._happens(0.2) and self._aliases < 15:
            parts += self._twice(*self._chance.choice(chosen), level)
        if not parts or self._happens(0.1):  # the deepest level of a type that has but objects
            parts.append("__typename")
        if self._worse(0.3):
            parts.append(
                self._chance.choice(("nothing", "...Nowhere", "... on Nothing { id }", "id(first: 1)", "id { id }"))
            )
        self._chance.shuffle(parts)
        text = " ".join(parts)
        if self._happens(0.06):
            return f"... on {parent.name}{self._directive()} {{ {text} }}"
        if self._happens(0.06):
            name = f"F{len(self._fragments)}"
            again = f" ...{name}" if self._worse(0.2) else ""
            self._fragments.append(f"fragment {name} on {parent.name} {{ {text}{again} }}")
            return f"...{name}{self._directive()}"
        return text

    def _some(self, fields: list[tuple[str, GraphQLField]], most: int) -> list[tuple[str, GraphQLField]]:
        return self._chance.sample(fields, min(len(fields), self._chance.randint(1, most))) if fields else []

    def _twice(self, name: str, definition: GraphQLField, level: int) -> list[str]:
        """A field two times with the same arguments: both look up the same, and something in one may fail."""
        arguments = self._arguments(name, definition)
        return [self._field(name, definition, level, arguments) for _ in range(2)]

    def _field(self, name: str, definition: GraphQLField, level: int, again: str | None = None) -> str:
        arguments = self._arguments(name, definition) if again is None else again
        alias = ""
        if again is not None or (self._happens(0.05) and self._aliases < 15):
            self._aliases += 1
            alias = f"a{self._aliases}: "
        kind, body = get_named_type(definition.type), ""
        if is_composite_type(kind):
            body = f" {{ {self._selections(kind, level + 1)} }}"
        elif self._worse(0.05):
            body = " { id }"
        return f"{alias}{name}{arguments}{self._directive()}{body}"

    def _directive(self) -> str:
        if not self._happens(0.04):
            return ""
        way, keep = self._chance.choice((("skip", False), ("include", True)))
        if self._happens(0.5):
            return f" @{way}(if: {self._declare('Boolean!', self._chance.random() < 0.7 == keep)})"
        return f" @{way}(if: {json.dumps(keep)})"

    def _arguments(self, name: str, definition: GraphQLField) -> str:
        given = []
        for argument, about in definition.args.items():
            needed = isinstance(about.type, GraphQLNonNull) and about.default_value in (None, ...)
            # Pages of the usual size inside one another are too much to ask for, and a variable may hold the largest.
            paging = argument == "first"
            if not (needed or self._happens(0.95 if paging else 0.4)) or (needed and self._worse(0.1)):
                continue
            value = self._values.draw(about.type, f"{name} {argument} {about.description or ''}", self._temper)
            if self._happens(0.1 if paging else 0.5):
                given.append(f"{argument}: {self._declare(str(about.type), value)}")
            else:
                given.append(f"{argument}: {self._literal(value)}")
        if self._worse(0.05):
            given.append("surprise: 1")
        return f"({', '.join(given)})" if given else ""

    def _declare(self, kind: str, value: Any) -> str:
        name = f"v{len(self._declared)}"
        self._declared[name] = kind if not self._worse(0.1) else "Int"
        if not self._worse(0.1):
            self._variables[name] = _plain(value)
        return f"${name}"

    def _literal(self, value: Any) -> str:
        if isinstance(value, Name):
            return str(value)
        if isinstance(value, dict):
            return "{" + ", ".join(f"{key}: {self._literal(each)}" for key, each in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._literal, value)) + "]"
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=self._happens(0.5))
        return json.dumps(value)


_ODD_ENDS = (
    "fragment Lost on Film { title }",
    "fragment F0 on Film { title }",
    "query { viewer { email } }",
    "{",
    "\ufeff",
    "type Film { title: Int }",
    '"""',
    "# \0",
    "fragment X on Query { ...Y } fragment Y on Query { ...X }",
)


def _plain(value: Any) -> Any:
    """A value as JSON has it: names of enums are strings."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Name) else value
