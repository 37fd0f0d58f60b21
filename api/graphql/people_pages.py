"""Cuts one page out of the people whose films a cohort rated."""

import numpy as np

from api.graphql import cursors
from api.graphql.connections import Connection, connection, page_size, place
from api.graphql.context import Info
from api.graphql.errors import BadUserInput, NotFound
from api.graphql.film_pages import digest
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.loaders.numbers_by_group import Asked, Found
from api.graphql.types.cohort_person import CohortPerson, CreditRole
from schema.insights import filters
from schema.insights.credited import Credited, credited
from schema.insights.given import FilmFilter as WantedFilms
from schema.insights.given import FilterError
from schema.insights.groups import Group
from schema.insights.ordering import marks, rows_until


async def people_page(
    info: Info,
    group: Group,
    scope: str,
    role: CreditRole,
    given: FilmFilter | None,
    min_films: int,
    first: int | None,
    after: str | None,
) -> Connection[CohortPerson]:
    """People by what `group` thinks of those of their films that pass the filter, behind the cursor `after`."""
    if min_films < 1:
        raise BadUserInput(f"minFilms: must be 1 or more, not {min_films}")
    size, given = page_size(first), given or FilmFilter()
    list_scope = f"{scope}:{role.value}:{min_films}:{digest(given)}"
    begin = place(list_scope, after, [float, float, float])
    film_filter = given.checked("bayesian")
    try:
        asked = await info.context.load.numbers_by_group.load(Asked(group, filters.look_ups(film_filter)))
        found = await info.context.compute(_credited, asked, film_filter, given.include_unknown, role, min_films)
    except FilterError as error:
        raise NotFound(f"filter.{error}") from None
    columns = found.columns()
    start = 0 if begin is None else rows_until(columns, begin)
    places = range(start, min(start + size, len(found.person_ids)))
    return connection(
        [CohortPerson.of(found, number, role, given, asked.numbers, group, scope) for number in places],
        [cursors.encode(list_scope, mark) for mark in marks(columns, places)],
        more=start + size < len(found.person_ids),
        skipped=start > 0,
        count=lambda: len(found.person_ids),
    )


def _credited(asked: Found, film_filter: WantedFilms, include_unknown: bool, role: CreditRole, least: int) -> Credited:
    verdict = filters.judge(asked.numbers, film_filter, asked.looked_up)
    kept = verdict.passes | verdict.unknown if include_unknown else verdict.passes
    return credited(asked.numbers, np.flatnonzero(kept), role.value, least)
