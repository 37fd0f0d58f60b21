"""Makes exports without a server, by the code that the server makes them with."""

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from api.exports import table
from api.exports.films import facts
from api.exports.question import Question
from api.exports.table import Part
from api.graphql.loaders.numbers_by_group import Found
from schema.insights import catalogue, filters
from schema.insights.groups import SavedGroup
from schema.insights.numbers import numbers
from schema.viewer import OPERATOR


def bodies(
    connection: Connection, cohort_id: int, asked: Question, body: Callable[[Part], str]
) -> tuple[int, Iterator[str]]:
    """How many films an export of a cohort has, and its lines, some hundred films at a time.

    Ask in one snapshot. Raises FilterError when the filter names something unknown.
    """
    group = SavedGroup(cohort_id)
    looked_up = filters.looked_up(connection, group, filters.look_ups(asked.film_filter), OPERATOR)
    found = Found(numbers(group.vectors(connection), catalogue.load(connection)), looked_up)
    rows = asked.rows(found).ordered()
    ranking = found.numbers.ranking(asked.ranking.value)

    def made() -> Iterator[str]:
        for number, some in enumerate(table.parts(rows)):
            known = facts(connection, found.numbers.counts.film_ids[some].tolist())
            yield body(Part(found.numbers, ranking, some, known, number == 0))

    return len(rows), made()
