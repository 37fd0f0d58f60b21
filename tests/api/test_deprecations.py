"""The deprecation policy: what is marked names what to use instead, which exists, and a day."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from graphql import GraphQLSchema, build_schema, is_enum_type, is_input_object_type, is_interface_type, is_object_type

from api.graph import sdl
from schema.settings import REPOSITORY

REASON = re.compile(r"Use `([A-Za-z_]+)\.([A-Za-z_0-9]+)(?:\(([A-Za-z_]+):\))?` instead; goes on (\d{4}-\d\d-\d\d)\.")


def marked(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """The deprecated elements with their reasons: fields, their arguments, fields of inputs, values of enums."""
    for name, kind in schema.type_map.items():
        elements = {}
        if is_enum_type(kind):
            elements = {f"{name}.{value}": each for value, each in kind.values.items()}
        elif is_object_type(kind) or is_interface_type(kind) or is_input_object_type(kind):
            elements = {f"{name}.{field}": each for field, each in kind.fields.items()}
            for field, each in kind.fields.items():
                elements |= {f"{name}.{field}({arg}:)": found for arg, found in getattr(each, "args", {}).items()}
        for where, each in elements.items():
            if each.deprecation_reason is not None:
                yield where, each.deprecation_reason


def exists(schema: GraphQLSchema, type_name: str, member: str, argument: str | None) -> bool:
    kind = schema.type_map.get(type_name)
    found = (kind.values if is_enum_type(kind) else getattr(kind, "fields", {})).get(member)
    return found is not None and (argument is None or argument in getattr(found, "args", {}))


def problems(schema: GraphQLSchema) -> list[str]:
    """The deprecated elements that do not say what the policy wants them to."""
    found = []
    for where, reason in marked(schema):
        said = REASON.fullmatch(reason)
        if said is None or not exists(schema, *said.group(1, 2, 3)):
            found.append(where)
            continue
        try:
            date.fromisoformat(said[4])
        except ValueError:
            found.append(where)
    return found


def test_what_is_deprecated_says_what_to_use_and_until_when():
    assert problems(build_schema(sdl())) == []


@pytest.mark.parametrize(
    ("reason", "good"),
    [
        ("Use `Query.new` instead; goes on 2027-06-30.", True),
        ("Use `Query.new(a:)` instead; goes on 2027-06-30.", True),
        ("Use `Query.newer` instead; goes on 2027-06-30.", False),
        ("Use `Query.new(b:)` instead; goes on 2027-06-30.", False),
        ("Use `Query.new` instead; goes on 2027-06-31.", False),
        ("Use `Query.new` instead.", False),
        ("No longer supported", False),
    ],
)
@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("Query.old", "type Query { old: Int MARK new(a: Int): E }"),
        ("Query.new(b2:)", "type Query { new(a: Int, b2: Int MARK, i: I): E }"),
        ("I.old", "type Query { new(a: Int, i: I): E } input I { old: Int MARK }"),
        ("E.OLD", "type Query { new(a: Int): E }"),
    ],
)
def test_the_check_sees_every_place(where, place, reason, good):
    mark = f'@deprecated(reason: "{reason}")'
    text = place.replace("MARK", mark) + f" enum E {{ NEW OLD {mark if where == 'E.OLD' else ''} }}"
    text += "" if "input I" in text else " input I { x: Int }"
    schema = build_schema(text)
    assert [each for each, _ in marked(schema)] == [where]
    assert problems(schema) == ([] if good else [where])


def test_the_guide_states_the_form():
    guide = (REPOSITORY / "docs" / "front-end.md").read_text()
    assert re.search(r"``(Use `Film\.title` .*?)``", guide, re.S)
    assert REASON.fullmatch(" ".join(re.search(r"``(Use `Film\.title` .*?)``", guide, re.S)[1].split()))
