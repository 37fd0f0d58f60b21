"""Prebuilt questions about a cohort's films: each a filter, an order and a ranking that a client could send itself.

Thresholds are percentiles within the cohort wherever a number would mean another thing among five members than
among five hundred; what stays absolute is in stars, per cent or years.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import strawberry

from api.graphql.errors import BadUserInput
from api.graphql.inputs.film_filter import FilmFilter, NameSet
from api.graphql.inputs.film_order import Direction, FilmOrder, FilmOrderField
from api.graphql.inputs.ranges import FloatRange
from api.graphql.inputs.ranking import RankingStrategy

_YEARS = 5


@strawberry.enum(description="A prebuilt question about a cohort's films; `slices` gives what each stands for.")
class SliceName(Enum):
    ELITE_ACCLAIM = strawberry.enum_value("elite_acclaim", description="The best of the well known.")
    CULT_FAVORITE = strawberry.enum_value("cult_favorite", description="Held dear by the few who know it.")
    CROWD_PLEASER = strawberry.enum_value("crowd_pleaser", description="Seen by most, liked by most of them.")
    HIDDEN_GEM = strawberry.enum_value("hidden_gem", description="Among the best, but seen by few.")
    LOVED_HERE = strawberry.enum_value("loved_here", description="Liked better here than on Letterboxd.")
    DISLIKED_HERE = strawberry.enum_value("disliked_here", description="Liked less here than on Letterboxd.")
    LIKED_UNRATED = strawberry.enum_value("liked_unrated", description="Liked by most members without a rating.")
    RECENT = strawberry.enum_value("recent", description="The best of the latest years.")
    COMFORT_CANON = strawberry.enum_value("comfort_canon", description="Seen by most, rated high by nearly all.")
    BLIND_SPOTS = strawberry.enum_value("blind_spots", description="Loved by the cohort, not seen by one member.")
    DIRECTED_BY = strawberry.enum_value("directed_by", description="One director's films, the best first.")


@strawberry.enum(description="What a slice needs to be told.")
class SliceArgument(Enum):
    MEMBER = strawberry.enum_value("member", description="Somebody's username, in any case.")
    YEARS = strawberry.enum_value(
        "years", description=f"How many years, this one included: 1 to 200, {_YEARS} when left out."
    )
    PERSON = strawberry.enum_value("person", description="A person's name, in any case, or TMDB person id.")


Given = str | int | None
"""A username, a number of years, or a person; None when it was left out."""


@dataclass(frozen=True, slots=True)
class Slice:
    """`filter` and `order_by` as `Cohort.films` takes them; `fill` puts what it `takes` into the filter."""

    name: SliceName
    label: str
    description: str
    filter: FilmFilter
    order_by: tuple[FilmOrder, ...]
    ranking: RankingStrategy = RankingStrategy.BAYESIAN
    takes: SliceArgument | None = None
    field: str = ""
    """The field of the filter that holds what it takes."""
    fill: Callable[[Given], object] = lambda given: given
    default: Given = None

    def filled(self, given: Given) -> FilmFilter:
        """The filter with what the slice takes; without it, when it is left out and there is no default."""
        value = self.default if given is None else given
        return (
            self.filter if value is None or not self.takes else replace(self.filter, **{self.field: self.fill(value)})
        )

    def question(self, member: str | None, years: int | None, person: str | None) -> FilmFilter:
        """The filter with the one argument it takes; raises BadUserInput when that is missing, or for any other."""
        given = {SliceArgument.MEMBER: member, SliceArgument.YEARS: years, SliceArgument.PERSON: person}
        for argument, value in given.items():
            if value is not None and argument is not self.takes:
                raise BadUserInput(f"{argument.value}: the slice {self.name.name} does not take it")
        value = given.get(self.takes)
        if self.takes and value is None and self.default is None:
            raise BadUserInput(f"{self.takes.value}: the slice {self.name.name} needs it")
        return self.filled(value)


def _by(*fields: FilmOrderField, direction: Direction = Direction.DESC) -> tuple[FilmOrder, ...]:
    return tuple(FilmOrder(by=field, direction=direction) for field in fields)


def _between(least: float | None, most: float | None) -> FloatRange:
    # Floats, as from clients: a cursor names its filter as it is written.
    return FloatRange(min=None if least is None else float(least), max=None if most is None else float(most))


def _least(value: float) -> FloatRange:
    return _between(value, None)


def _most(value: float) -> FloatRange:
    return _between(None, value)


_SCORE = _by(FilmOrderField.SCORE)

SLICES: dict[SliceName, Slice] = {
    each.name: each
    for each in (
        Slice(
            SliceName.ELITE_ACCLAIM,
            "Elite acclaim",
            "The best twentieth by score, among the more watched quarter: acclaimed by more than a handful.",
            FilmFilter(rating_percentile=_least(95), watcher_percentile=_least(75)),
            _SCORE,
        ),
        Slice(
            SliceName.CULT_FAVORITE,
            "Cult favourites",
            "Liked by most of those who saw it, and they are few: more than for half of the films, but not among the"
            " most watched tenth. Ratings, likes and favourites together decide.",
            FilmFilter(liked_pct=_least(60), watcher_percentile=_between(50, 90)),
            _SCORE,
            RankingStrategy.AFFINITY,
        ),
        Slice(
            SliceName.CROWD_PLEASER,
            "Crowd pleasers",
            "The more watched quarter, as far as it is in the better quarter by score, too, and opinions differ by a"
            " star at most: the most watched first.",
            FilmFilter(rating_percentile=_least(75), watcher_percentile=_least(75), standard_deviation=_most(1)),
            _by(FilmOrderField.WATCHERS, FilmOrderField.SCORE),
        ),
        Slice(
            SliceName.HIDDEN_GEM,
            "Hidden gems",
            "The best tenth by score, without the most watched sixth: what few have seen, and thought much of.",
            FilmFilter(rating_percentile=_least(90), watcher_percentile=_most(85)),
            _SCORE,
        ),
        Slice(
            SliceName.LOVED_HERE,
            "Loved more here",
            "The better half by score, rated at least a quarter of a star above everyone on Letterboxd: first"
            " where the cohort's numbers carry the difference furthest.",
            FilmFilter(rating_percentile=_least(50), watcher_percentile=_least(50), divergence=_least(0.25)),
            _SCORE,
            RankingStrategy.DIVERGENCE,
        ),
        Slice(
            SliceName.DISLIKED_HERE,
            "Loved less here",
            "The worse half by score, rated at least a quarter of a star below everyone on Letterboxd: first"
            " where the cohort's numbers carry the difference furthest.",
            FilmFilter(rating_percentile=_most(50), watcher_percentile=_least(50), divergence=_most(-0.25)),
            _by(FilmOrderField.SCORE, direction=Direction.ASC),
            RankingStrategy.DIVERGENCE,
        ),
        Slice(
            SliceName.LIKED_UNRATED,
            "Liked, not rated",
            "Liked by members who did not rate it: the most of them first.",
            FilmFilter(liked_unrated=True),
            _by(FilmOrderField.LIKED_UNRATED_COUNT, FilmOrderField.LIKED_PCT),
        ),
        Slice(
            SliceName.RECENT,
            "Best of late",
            "Released in the latest years, this one included: the best score first.",
            FilmFilter(),
            _SCORE,
            takes=SliceArgument.YEARS,
            field="recent_years",
            default=_YEARS,
        ),
        Slice(
            SliceName.COMFORT_CANON,
            "Comfort canon",
            "The best tenth by score, among the more watched quarter, as far as opinions differ by three quarters of a"
            " star at most: first what nearly all rate high, as far as so many can tell.",
            FilmFilter(rating_percentile=_least(90), watcher_percentile=_least(75), standard_deviation=_most(0.75)),
            _SCORE,
            RankingStrategy.WILSON,
        ),
        Slice(
            SliceName.BLIND_SPOTS,
            "Blind spots",
            "The best tenth by score, among the more watched half, that one member has not seen.",
            FilmFilter(rating_percentile=_least(90), watcher_percentile=_least(50)),
            _SCORE,
            takes=SliceArgument.MEMBER,
            field="unseen_by",
            fill=lambda username: [username],
        ),
        Slice(
            SliceName.DIRECTED_BY,
            "One director",
            "A director's films: the best score first. Filters on writers and actors work alike.",
            FilmFilter(),
            _SCORE,
            takes=SliceArgument.PERSON,
            field="directors",
            fill=lambda person: NameSet(any=[person]),
        ),
    )
}
