"""What a filter asks for, before any name in it has been looked up."""

from dataclasses import dataclass, fields


class FilterError(ValueError):
    """A filter names something that is not known; the message begins with the filter's name."""


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends belong to it; None leaves an end open."""

    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """A range of the scores that a ranking strategy gives."""

    strategy: str
    range: Range


@dataclass(frozen=True, slots=True)
class Names:
    """A film must have one of `any` (when there are any), all of `all`, and none of `none`."""

    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RatedBy:
    """At least `at_least` of these members, given by name or as a saved cohort, rated the film within `rating`."""

    usernames: tuple[str, ...] = ()
    cohort: int | None = None
    at_least: int = 1
    rating: Range = Range()


@dataclass(frozen=True, slots=True)
class FilmFilter:
    """All that is given must hold. Stars, per cent and minutes; shapes by their name in `insights.shapes`."""

    average: Range | None = None
    score: ScoreRange | None = None
    rating_percentile: Range | None = None
    watchers: Range | None = None
    watcher_percentile: Range | None = None
    liked_count: Range | None = None
    liked_pct: Range | None = None
    favorite_count: Range | None = None
    favorite_pct: Range | None = None
    divergence: Range | None = None
    absolute_divergence: Range | None = None
    standard_deviation: Range | None = None
    release_year: Range | None = None
    recent_years: Range | None = None
    rated_year: Range | None = None
    runtime: Range | None = None
    genres: Names | None = None
    countries: Names | None = None
    languages: Names | None = None
    directors: Names | None = None
    writers: Names | None = None
    actors: Names | None = None
    shapes: tuple[str, ...] | None = None
    rated_by: RatedBy | None = None
    unseen_by: tuple[str, ...] | None = None
    in_list: str | None = None
    liked_unrated: bool | None = None
    search: str | None = None

    def given(self) -> dict[str, object]:
        """The filters that are asked for, by name."""
        return {each.name: value for each in fields(self) if (value := getattr(self, each.name)) is not None}
