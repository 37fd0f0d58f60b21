"""Which of a cohort's films a filter leaves: one small function a filter, registered here.

A film passes only when every filter is known to hold. When none fails but one cannot be told, because a fact
has not been fetched, the film is unknown: left out unless asked for, and always counted.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from schema.insights.filters import facts, listed, opinions, people, seen
from schema.insights.filters.verdict import Verdict, all_of
from schema.insights.given import FilmFilter
from schema.insights.groups import Group
from schema.insights.numbers import Numbers
from schema.viewer import Viewer

# In the order of FilmFilter.
FILTERS = {
    "average": opinions.average,
    "score": opinions.score,
    "rating_percentile": opinions.rating_percentile,
    "watchers": opinions.watchers,
    "watcher_percentile": opinions.watcher_percentile,
    "liked_count": opinions.liked_count,
    "liked_pct": opinions.liked_pct,
    "favorite_count": opinions.favorite_count,
    "favorite_pct": opinions.favorite_pct,
    "divergence": opinions.divergence,
    "absolute_divergence": opinions.absolute_divergence,
    "standard_deviation": opinions.standard_deviation,
    "release_year": facts.release_year,
    "recent_years": facts.release_year,
    "rated_year": seen.rated_year,
    "runtime": facts.runtime,
    "genres": facts.genres,
    "countries": facts.countries,
    "languages": facts.languages,
    "directors": facts.directors,
    "writers": facts.writers,
    "actors": facts.actors,
    "shapes": opinions.shapes,
    "rated_by": seen.rated_by,
    "unseen_by": seen.unseen_by,
    "in_list": listed.in_list,
    "liked_unrated": opinions.liked_unrated,
    "search": facts.search,
}

# What must be looked up before a filter can judge. The rest is in the numbers.
_LOOK_UPS = {
    "directors": lambda connection, group, wanted, viewer: people.find(connection, "directors", wanted),
    "writers": lambda connection, group, wanted, viewer: people.find(connection, "writers", wanted),
    "actors": lambda connection, group, wanted, viewer: people.find(connection, "actors", wanted),
    "rated_by": lambda connection, group, wanted, viewer: seen.find_rated_by(connection, wanted, viewer),
    "unseen_by": lambda connection, group, wanted, viewer: seen.find_seen_by(connection, wanted),
    "in_list": lambda connection, group, wanted, viewer: listed.find(connection, wanted),
    "rated_year": lambda connection, group, wanted, viewer: seen.find_dated(connection, group, wanted),
}

Wanted = Mapping[str, object]


def look_ups(film_filter: FilmFilter) -> FilmFilter:
    """The part of a filter that has to be looked up; empty when the numbers alone can answer."""
    return FilmFilter(**{name: value for name, value in film_filter.given().items() if name in _LOOK_UPS})


def looked_up(connection: Connection, group: Group, film_filter: FilmFilter, viewer: Viewer) -> Wanted:
    """What the filter's names stand for, by name; raises FilterError for what the viewer does not know.

    Ask in the transaction that fetches the group's vectors, so that both are of one moment.
    """
    return {
        name: find(connection, group, value, viewer)
        for name, value in film_filter.given().items()
        if (find := _LOOK_UPS.get(name))
    }


def judge(numbers: Numbers, film_filter: FilmFilter, found: Wanted) -> Verdict:
    """Which films pass all of the filter; `found` is what `looked_up` gave for it. Raises FilterError."""
    verdicts = [FILTERS[name](numbers, found.get(name, value)) for name, value in film_filter.given().items()]
    return all_of(verdicts, len(numbers))
