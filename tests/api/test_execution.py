"""The short way of completing plain values gives what the library gives, for right values and for wrong ones."""

import asyncio
from datetime import date
from enum import Enum

import strawberry
from hypothesis import given, settings
from hypothesis import strategies as st

from api.graphql.execution import Executor


@strawberry.enum
class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Dog(Named):
    age: int | None


@strawberry.type
class Leaf:
    key: strawberry.ID
    text: str
    maybe: str | None
    whole: int | None
    number: float | None
    truth: bool | None
    day: date | None
    colour: Colour | None
    many: list[int]
    grid: list[list[float | None]] | None


@strawberry.type
class Node:
    leaf: Leaf | None
    leaves: list[Leaf]
    pet: Named | None
    count: int

    @strawberry.field
    async def later(self) -> Leaf | None:
        await asyncio.sleep(0)
        return self.leaf

    @strawberry.field
    def again(self) -> list[Leaf]:
        return self.leaves

    @strawberry.field
    def louder(self, times: int = 2) -> str:
        return "!" * times

    @strawberry.field
    def broken(self) -> int | None:
        raise ValueError("broken")


@strawberry.type
class Query:
    @strawberry.field
    async def node(self, info: strawberry.Info) -> Node:
        return info.context

    @strawberry.field
    def nodes(self, info: strawberry.Info) -> list[Node | None]:
        return [info.context, None, info.context]


OURS = strawberry.Schema(query=Query, types=[Dog], execution_context_class=Executor)
THEIRS = strawberry.Schema(query=Query, types=[Dog])

LEAF = "key text maybe whole number truth day colour many grid"
DOCUMENTS = [
    f"{{ node {{ leaf {{ {LEAF} }} }} }}",
    "{ node { later { text } leaf { whole again: whole } count } nodes { count louder(times: 3) again { colour } } }",
    f"{{ nodes {{ leaves {{ {LEAF} }} broken count }} }}",
    "{ node { pet { name __typename ... on Dog { age } } __typename leaf { __typename } } }",
    "query($yes: Boolean!) { node { count @skip(if: $yes) leaf { text @include(if: $yes) whole } } }",
    "{ node { leaves { __typename } } }",
    "query($yes: Boolean!) { node { leaf { text @include(if: $yes) } leaves { text @skip(if: $yes) } } }",
    "{ node { ...Part leaf { text } } }"
    " fragment Part on Node { leaf { text number } ... { count } broken later { key } }",
    "{ __schema { queryType { name } } node { leaf { many grid } } }",
]

_right = {
    "key": st.text(max_size=3),
    "text": st.text(max_size=3),
    "maybe": st.none() | st.text(max_size=3),
    "whole": st.none() | st.integers(-(2**31), 2**31 - 1),
    "number": st.none() | st.floats(allow_nan=False, allow_infinity=False),
    "truth": st.none() | st.booleans(),
    "day": st.none() | st.dates(),
    "colour": st.none() | st.sampled_from(Colour),
    "many": st.lists(st.integers(0, 9), max_size=3),
    "grid": st.none() | st.lists(st.lists(st.none() | st.floats(0, 1), max_size=2), max_size=2),
}


async def _awaitable():
    return "text"


# A value that breaks its field, or that only the library knows how to convert.
_WRONG = [
    None,
    2**31,
    float("nan"),
    float("inf"),
    True,
    1,
    1.0,
    "7",
    b"x",
    (1, 2),
    [None],
    [[1]],
    {"a": 1},
    ValueError("x"),
    Colour.RED,
    object,
]


@st.composite
def _leaf(draw):
    values = {name: draw(strategy) for name, strategy in _right.items()}
    for name in draw(st.lists(st.sampled_from(sorted(values)), max_size=2)):
        values[name] = draw(st.sampled_from(_WRONG))
    return Leaf(**values)


@st.composite
def _node(draw):
    return Node(
        leaf=draw(st.none() | _leaf()),
        leaves=draw(st.lists(_leaf(), max_size=3) | st.sampled_from([None, "ab", [None], (1,)])),
        pet=draw(st.none() | st.builds(Dog, name=st.text(max_size=2), age=st.none() | st.integers(0, 9))),
        count=draw(st.integers(0, 9) | st.sampled_from(_WRONG)),
    )


def _answer(schema, document, node, **variables):
    result = asyncio.run(schema.execute(document, context_value=node, variable_values=variables))
    return result.data, sorted((error.message, error.path, error.locations) for error in result.errors or [])


@given(document=st.sampled_from(DOCUMENTS), node=_node(), yes=st.booleans())
@settings(max_examples=300)
def test_both_ways_agree(document, node, yes):
    variables = {"yes": yes} if "$yes" in document else {}
    ours, theirs = (_answer(schema, document, node, **variables) for schema in (OURS, THEIRS))
    assert repr(ours) == repr(theirs)  # in the same order, and 1 is not 1.0


PLAIN = dict.fromkeys(_right) | {"key": "k", "text": "t", "whole": 1, "colour": Colour.RED, "many": [1]}


def test_an_awaitable_in_a_plain_field_is_awaited():
    node = Node(leaf=Leaf(**PLAIN | {"maybe": _awaitable()}), leaves=[], pet=None, count=1)
    data, errors = _answer(OURS, "{ node { leaf { maybe whole } } }", node)
    assert (data, errors) == ({"node": {"leaf": {"maybe": "text", "whole": 1}}}, [])


def test_plain_fields_do_take_the_short_way(monkeypatch):
    asked = []
    execute_field = Executor.execute_field

    def noted(self, kind, source, details, *rest):
        asked.append(details[0].node.name.value)
        return execute_field(self, kind, source, details, *rest)

    monkeypatch.setattr(Executor, "execute_field", noted)
    node = Node(leaf=Leaf(**PLAIN), leaves=[Leaf(**PLAIN)] * 50, pet=None, count=1)
    _answer(OURS, f"{{ node {{ count leaves {{ {LEAF} }} later {{ text }} }} }}", node)
    assert sorted(asked) == ["later", "node"]
