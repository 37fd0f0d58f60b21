"""Writes and compiles the Python function that completes the plain fields of a selection.

A line a field costs a fraction of what a call a field does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from graphql import GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString

Complete = Callable[[Any], Any]


class Unusual(Exception):  # noqa: N818 - no error: the library decides what it is
    """A value that a compiled function leaves to the library."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How a value is completed: by a `call`, as a list of `items`, or left as it is unless it is `wrong`.

    `wrong` is Python about {v}. Null stays null or, unless `nullable`, is unusual.
    """

    wrong: str = ""
    items: "Completion | None" = None
    call: Complete | None = None
    nullable: bool = True


# A value of the very type is as it is in the answer; others are the library's to convert. Not finite is no JSON.
LEAVES = {
    GraphQLString.name: Completion("type({v}) is not str"),
    GraphQLID.name: Completion("type({v}) is not str"),
    GraphQLInt.name: Completion("type({v}) is not int or not -0x80000000 <= {v} < 0x80000000"),
    GraphQLFloat.name: Completion("type({v}) is not float or not {v} - {v} == 0.0"),
    GraphQLBoolean.name: Completion("type({v}) is not bool"),
}


class _Code:
    """A function of `source`, under construction."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._bound: dict[str, Any] = {"Unusual": Unusual}

    def bind(self, value: Any) -> str:
        """A name under which the function sees a value of ours."""
        name = f"g{len(self._bound)}"
        self._bound[name] = value
        return name

    def write(self, line: str) -> None:
        """Adds a line."""
        self._lines.append(line)

    def complete(self, value: str, completion: Completion) -> str:
        """The expression of what the variable `value` comes to, after lines that refuse what it must not be."""
        if not completion.nullable:
            self.write(f"if {value} is None: raise Unusual")
        some = f"{value} is not None and " if completion.nullable else ""
        null = f"None if {value} is None else " if completion.nullable else ""
        if completion.call is not None:
            return f"({null}{self.bind(completion.call)}({value}))"
        items = completion.items
        if items is None:
            if completion.wrong:
                self.write(f"if {some}({completion.wrong.format(v=value)}): raise Unusual")
            return value
        self.write(f"if {some}type({value}) is not list: raise Unusual")
        if items.wrong:
            item = "item is not None and " if items.nullable else ""
            self.write(f"for item in {value} or ():")
            self.write(f"    if {item}({items.wrong.format(v='item')}): raise Unusual")
            return value
        # What completes objects fails by itself at null.
        each = items.call if items.call is not None and not items.nullable else _completer(items)
        return f"({null}list(map({self.bind(each)}, {value})))"

    def returning(self, expression: str) -> Complete:
        """The function."""
        text = "\n    ".join(["def complete(source):", *self._lines, f"return {expression}"])
        exec(_compiled(text), self._bound)  # noqa: S102
        return self._bound["complete"]


@lru_cache(maxsize=1024)
def _compiled(text: str) -> CodeType:
    # Nothing in it is a client's but names of fields, and GraphQL's names are Python's.
    return compile(text, "<selection>", "exec")


def _completer(completion: Completion) -> Complete:
    code = _Code()
    return code.returning(code.complete("source", completion))


class Fields:
    """The plain fields of a selection, by the names they have in the answer."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self._code = _Code()

    def attribute(self, name: str, attribute: str, completion: Completion) -> None:
        """Adds a field that is an attribute of the object."""
        self._add(name, f"source.{attribute}", completion)

    def method(self, name: str, method: Complete, completion: Completion) -> None:
        """Adds a field that a function makes of the object."""
        self._add(name, f"{self._code.bind(method)}(source)", completion)

    def constant(self, name: str, value: str) -> None:
        """Adds a field that is always the same, of an object that is there."""
        self._code.write("if source is None: raise Unusual")
        self.entries[name] = repr(value)

    def function(self) -> Complete:
        """Completes all fields of an object; raises what it does not understand, Unusual for the most part."""
        if not self.entries:  # directives left nothing of the selection
            self._code.write("if source is None: raise Unusual")
        return self._code.returning(f"{{{', '.join(f'{name!r}: {value}' for name, value in self.entries.items())}}}")

    def _add(self, name: str, read: str, completion: Completion) -> None:
        value = f"v{len(self.entries)}"
        self._code.write(f"{value} = {read}")
        self.entries[name] = self._code.complete(value, completion)
