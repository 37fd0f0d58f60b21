"""What TMDB answers."""

from dataclasses import dataclass
from datetime import date

from crawler.items.info import PageInfo


@dataclass(frozen=True, slots=True)
class Credit:
    """One TMDB credit; `role` is director, writer or actor, `position` counts from 0 within the role."""

    person_id: int
    name: str
    role: str
    position: int


@dataclass(frozen=True, slots=True)
class TmdbRecord:
    """A film or series of TMDB. Countries and languages are ISO codes, genres English names.

    `credits` and `alternative_titles` are None when they were not asked for.
    """

    info: PageInfo
    tmdb_type: str
    tmdb_id: int
    imdb_id: str | None
    title: str
    original_title: str | None
    year: int | None
    release_date: date | None
    runtime_minutes: int | None
    poster_path: str | None
    original_language: str | None
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    languages: tuple[str, ...]
    collection: str | None
    credits: tuple[Credit, ...] | None
    alternative_titles: tuple[str, ...] | None

    def credited(self, role: str) -> tuple[Credit, ...]:
        """The credits of one role in their order; the first director is the primary one."""
        return tuple(credit for credit in self.credits or () if credit.role == role)


@dataclass(frozen=True, slots=True)
class TmdbMatch:
    """One result of TMDB's search or find."""

    tmdb_type: str
    tmdb_id: int
    title: str
    original_title: str | None
    year: int | None
    adult: bool = False


@dataclass(frozen=True, slots=True)
class TmdbMatches:
    """The films and series that a search or a find gave, best first."""

    info: PageInfo
    matches: tuple[TmdbMatch, ...]


@dataclass(frozen=True, slots=True)
class TmdbCredits:
    """The credits of one film or series, asked for alone."""

    info: PageInfo
    tmdb_id: int
    credits: tuple[Credit, ...]
