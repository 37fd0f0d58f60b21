"""What is said of one film."""

from dataclasses import dataclass

from crawler.items.info import PageInfo


@dataclass(frozen=True, slots=True)
class FilmPage:
    """A film's own page. `average` is weighted by Letterboxd and not the mean of the histogram.

    `tmdb_id` None means that the page names no TMDB entry.
    """

    info: PageInfo
    slug: str
    letterboxd_id: int
    title: str
    year: int | None
    tmdb_id: int | None
    tmdb_type: str | None
    imdb_id: str | None
    directors: tuple[str, ...]
    runtime_minutes: int | None
    genres: tuple[str, ...]
    countries: tuple[str, ...]
    poster_url: str | None
    average: float | None
    rating_count: int | None


@dataclass(frozen=True, slots=True)
class FilmJson:
    """The answer of `/film/{slug}/json/`: identity without ratings."""

    info: PageInfo
    slug: str
    letterboxd_id: int
    title: str
    original_title: str | None
    year: int | None
    runtime_minutes: int | None
    directors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistogramPage:
    """How all members rated a film: counts from ½ to 5 stars.

    `rating_count` is the number stated by the page, which equals the sum, or the sum. `average` is weighted,
    and None for little-rated films. `fans` is as exact as the page writes it (75K is 75,000).
    """

    info: PageInfo
    slug: str | None
    counts: tuple[int, ...]
    average: float | None
    rating_count: int
    fans: int | None
