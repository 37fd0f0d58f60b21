"""Lists as Relay connections, read forward in pages of bounded size."""

from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable
from typing import Annotated, Generic, TypeVar

import strawberry
from strawberry.relay import PageInfo

from api.graphql import cursors
from api.graphql.errors import BadUserInput

DEFAULT_PAGE = 50
MAX_PAGE = 100

Node = TypeVar("Node")

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many entries to give: 0 to {MAX_PAGE}, {DEFAULT_PAGE} when left out."),
]
After = Annotated[
    str | None,
    strawberry.argument(description="Go on behind this cursor: the `pageInfo.endCursor` of the page before."),
]


@strawberry.type(description="An entry of a list.")
class Edge(Generic[Node]):
    mark: strawberry.Private[str | cursors.Mark]
    node: Node = strawberry.field(description="The entry itself.")

    @strawberry.field(description="Where the entry stands; stays valid when others come or go.")
    def cursor(self) -> str:
        return str(self.mark)


@strawberry.type(description="One page of a list.")
class Connection(Generic[Node]):
    edges: list[Edge[Node]] = strawberry.field(description="The entries, in order.")
    page_info: PageInfo = strawberry.field(description="Whether there is more, and from where.")
    count: strawberry.Private[Callable[[], int | Awaitable[int]]]

    @strawberry.field(description="Entries of the whole list. Counted only when asked for.")
    async def total_count(self) -> int:
        found = self.count()
        return await found if isawaitable(found) else found


def page_size(first: int | None) -> int:
    """The size of a page, the default when `first` is null or left out; raises BadUserInput beyond the bounds."""
    if first is None or first is strawberry.UNSET:
        return DEFAULT_PAGE
    if not 0 <= first <= MAX_PAGE:
        raise BadUserInput(f"first: must be between 0 and {MAX_PAGE}, not {first}")
    return first


def place(scope: str, after: str | None, kinds: Sequence[type]) -> list[cursors.Value] | None:
    """The sort values where the page begins, None for the beginning; raises BadUserInput for a foreign cursor."""
    return None if after is None or after is strawberry.UNSET else cursors.decode(scope, after, kinds)


def connection(
    nodes: Sequence[Node],
    cursors: Sequence[str],
    *,
    more: bool,
    skipped: bool,
    count: Callable[[], int | Awaitable[int]],
) -> Connection[Node]:
    """The page that holds `nodes`; `more` come behind it, some were `skipped` before it."""
    return Connection(
        edges=[Edge(mark=cursor, node=node) for cursor, node in zip(cursors, nodes, strict=True)],
        page_info=PageInfo(
            has_next_page=more,
            has_previous_page=skipped,
            start_cursor=cursors[0] if cursors else None,
            end_cursor=cursors[-1] if cursors else None,
        ),
        count=count,
    )
