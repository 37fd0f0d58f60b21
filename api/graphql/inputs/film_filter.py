"""The GraphQL input FilmFilter."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import strawberry

from api.graphql import ids
from api.graphql.errors import BadUserInput
from api.graphql.inputs.ranges import FloatRange, IntRange, checked
from api.graphql.text import searched, storable
from api.graphql.types.distribution_shape import DistributionShape
from schema.insights import given

_MOST_NAMES = 100
_NEEDS_FACTS = "Unknown while that has not been fetched."


@strawberry.input(description="Which names a film must have; all three must hold.")
class NameSet:
    any: list[str] | None = strawberry.field(default=None, description="At least one of these.")
    all: list[str] | None = strawberry.field(default=None, description="All of these.")
    none: list[str] | None = strawberry.field(default=None, description="None of these.")


@strawberry.input(description="Films that some members rated. Give either `usernames` or `cohort`.")
class RatedBy:
    usernames: list[str] | None = strawberry.field(default=None, description="These members, in any case.")
    cohort: strawberry.ID | None = strawberry.field(default=None, description="The members of a saved cohort.")
    at_least: int = strawberry.field(default=1, description="How many of them, at least; 1 or more.")
    rating: FloatRange | None = strawberry.field(
        default=None, description="Only ratings in this range count, in stars; any rating when left out."
    )


def _field(description: str) -> Any:
    return strawberry.field(default=None, description=description)


@strawberry.input(
    description="Which films to leave; everything given must hold. A film that fails nothing, but of which"
    " something asked for is not known yet, is left out and counted in `unknownCount`. Ranges of ratings fail"
    " for films that nobody rated."
)
class FilmFilter:
    average: FloatRange | None = _field("The cohort's average, in stars.")
    score: FloatRange | None = _field("Score by the chosen ranking, in its unit.")
    rating_percentile: FloatRange | None = _field("Standing among the rated films, 0 to 100.")
    watchers: IntRange | None = _field("Members with any reaction.")
    watcher_percentile: FloatRange | None = _field("Standing among all films by watchers, 0 to 100.")
    liked_count: IntRange | None = _field("Members who liked it.")
    liked_pct: FloatRange | None = _field("Per cent of the watchers who liked it, 0 to 100.")
    favorite_count: IntRange | None = _field("Members who have it among their favourites.")
    favorite_pct: FloatRange | None = _field("Per cent of the watchers who have it among their favourites.")
    divergence: FloatRange | None = _field(f"Average minus global average, in stars. {_NEEDS_FACTS}")
    absolute_divergence: FloatRange | None = _field(f"The same without its sign. {_NEEDS_FACTS}")
    standard_deviation: FloatRange | None = _field("Spread of the ratings, in stars.")
    release_year: IntRange | None = _field(f"Year of the first release. {_NEEDS_FACTS}")
    recent_years: int | None = _field(f"Released in this year (1) or the so many latest years. {_NEEDS_FACTS}")
    rated_year: IntRange | None = _field(
        "Some member rated it in these years. Unknown when nobody is known to have, but someone's date is missing."
    )
    runtime: IntRange | None = _field(f"Length in minutes. {_NEEDS_FACTS}")
    genres: NameSet | None = _field(f"Genres, in any case. {_NEEDS_FACTS}")
    countries: NameSet | None = _field(f"Countries of production, in any case. {_NEEDS_FACTS}")
    languages: NameSet | None = _field(f"Languages spoken, in any case. {_NEEDS_FACTS}")
    directors: NameSet | None = _field(f"Directors by name or TMDB person id. {_NEEDS_FACTS}")
    writers: NameSet | None = _field(f"Writers by name or TMDB person id. {_NEEDS_FACTS}")
    actors: NameSet | None = _field(f"Leading actors by name or TMDB person id. {_NEEDS_FACTS}")
    shapes: list[DistributionShape] | None = _field("Its distribution is one of these.")
    rated_by: RatedBy | None = _field("Rated by some members, of this cohort or not.")
    unseen_by: list[str] | None = _field("None of these members has reacted to it; by username, in any case.")
    in_list: str | None = _field('On this Letterboxd list, "user/slug", as last read.')
    liked_unrated: bool | None = _field("Whether some member liked it without rating it.")
    search: str | None = _field(
        "Words of the title or original title, or how they begin, in any order; case and accents do not matter. At"
        " most 200 characters."
    )
    include_unknown: bool = strawberry.field(
        default=False, description="Leave films that nothing is known to speak against, too."
    )

    def checked(self, strategy: str) -> given.FilmFilter:
        """The same for insights, scores being those of `strategy`; raises BadUserInput naming what is wrong."""
        values = {name: value for name, value in vars(self).items() if value is not None and name != "include_unknown"}
        found = {name: _CHECKS.get(name, _checked)(_graphql_name(name), value) for name, value in values.items()}
        if "score" in found:
            found["score"] = given.ScoreRange(strategy, found["score"])
        return given.FilmFilter(**found)


def _graphql_name(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def _checked(name: str, value: Any) -> Any:
    match value:
        case FloatRange() | IntRange():
            return checked(name, value)
        case NameSet():
            parts = {part: _names(f"{name}.{part}", listed) for part, listed in vars(value).items() if listed}
            return given.Names(**parts)
        case str():
            return _names(name, [value])[0]
    return value


def _names(name: str, listed: Sequence[str]) -> tuple[str, ...]:
    if len(listed) > _MOST_NAMES:
        raise BadUserInput(f"filter.{name}: has {len(listed)} entries; at most {_MOST_NAMES} are allowed")
    cleaned = tuple(" ".join(each.split()) for each in listed)
    if not all(each and storable(each) for each in cleaned):
        raise BadUserInput(f"filter.{name}: has an entry that is empty or no text")
    return cleaned


def _members(name: str, value: list[str]) -> tuple[str, ...]:
    if not value:
        raise BadUserInput(f"filter.{name}: give at least one username")
    return _names(name, value)


def _recent_years(name: str, value: int) -> given.Range:
    if not 1 <= value <= 200:
        raise BadUserInput(f"filter.{name}: must be between 1 and 200, not {value}")
    this_year = datetime.now(UTC).year
    return given.Range(this_year - value + 1, this_year)


def _shapes(name: str, value: list[DistributionShape]) -> tuple[str, ...]:
    if not value:
        raise BadUserInput(f"filter.{name}: give at least one shape")
    return tuple(each.value for each in value)


def _rated_by(name: str, value: RatedBy) -> given.RatedBy:
    if (value.usernames is None) == (value.cohort is None):
        raise BadUserInput(f"filter.{name}: give either usernames or cohort")
    if value.at_least < 1:
        raise BadUserInput(f"filter.{name}.atLeast: must be 1 or more, not {value.at_least}")
    return given.RatedBy(
        () if value.usernames is None else _members(f"{name}.usernames", value.usernames),
        None if value.cohort is None else ids.key("Cohort", value.cohort, f"filter.{name}.cohort"),
        value.at_least,
        given.Range() if value.rating is None else checked(f"{name}.rating", value.rating),
    )


def _search(name: str, value: str) -> str:
    return " ".join(searched(f"filter.{name}", value))


_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "recent_years": _recent_years,
    "shapes": _shapes,
    "rated_by": _rated_by,
    "unseen_by": _members,
    "search": _search,
}
