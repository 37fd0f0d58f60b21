"""Cuts one page out of the films that a search finds."""

from api.graphql import cursors
from api.graphql.connections import Connection, connection, page_size, place
from api.graphql.context import Info
from api.graphql.text import searched
from api.graphql.types.film import Film
from schema.insights.ordering import marks, rows_until

_SHORTEST = 2


async def found_page(info: Info, search: str, first: int | None, after: str | None) -> Connection[Film]:
    """The films that `search` finds, behind the cursor `after`; raises BadUserInput for what cannot be looked for."""
    words, size = searched("search", search, _SHORTEST), page_size(first)
    scope = f"films:{' '.join(words)}"
    begin = place(scope, after, [float, float, float])
    found = await info.context.load.films_by_search.load(words)
    start = 0 if begin is None else rows_until(found.columns, begin)
    rows = range(start, min(start + size, len(found.film_ids)))
    films = await info.context.load.film_by_id.load_many([int(found.film_ids[row]) for row in rows])
    # One that was found to be another film meanwhile is left out.
    shown = [(row, film) for row, film in zip(rows, films, strict=True) if film is not None]
    return connection(
        [Film.of(film) for _, film in shown],
        [cursors.encode(scope, mark) for mark in marks(found.columns, [row for row, _ in shown])],
        more=start + size < len(found.film_ids),
        skipped=start > 0,
        count=lambda: len(found.film_ids),
    )
