"""The table of an export: a column for every figure of a CohortFilm, in GraphQL's names and units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.exports import cells
from api.exports.cells import Cell, joined, text
from api.exports.films import FilmFacts
from api.graphql.nullable import nullables
from schema.addresses import letterboxd
from schema.attribution import NOTICES
from schema.insights.aggregates import Ints
from schema.insights.films import FilmRow
from schema.insights.numbers import Numbers, Selection
from schema.insights.rankings import Ranking
from schema.insights.shapes import SHAPES
from schema.insights.standing import watcher_buckets
from schema.insights.tags import tags

_PART = 250  # rows; some ten milliseconds of work
_STARS = [f"{half / 2:g}" for half in range(1, 11)]


@dataclass(frozen=True)
class Part:
    """Some rows of a group's numbers, and what is known of their films. `first` says that nothing comes before."""

    numbers: Numbers
    ranking: Ranking
    rows: Ints
    facts: FilmFacts
    first: bool

    @property
    def film_ids(self) -> list[int]:
        """The films, in the order of the rows."""
        return self.numbers.counts.film_ids[self.rows].tolist()


def parts(rows: Ints) -> list[Ints]:
    """The rows in portions: what a portion's films are told of is all that is in memory of them."""
    return [rows[start : start + _PART] for start in range(0, len(rows), _PART)]


def header() -> str:
    """The line that names the columns."""
    return cells.lines([NAMES])


def body(part: Part) -> str:
    """A line a film."""
    return cells.lines(zip(*_columns(part), strict=True))


def _columns(part: Part) -> list[Sequence[Cell]]:
    found = part.numbers.take(part.rows)
    films = [part.facts.films.get(film) for film in part.film_ids]
    return [
        *(read(films) for read in _OF_FILMS.values()),
        *([joined(part.facts.credited(film, role)) for film in part.film_ids] for role in _ROLES.values()),
        part.ranking.places(part.rows),
        nullables(part.ranking.score[part.rows]),
        *(read(found) for read in _FIGURES.values()),
        nullables(part.numbers.rating_z[part.rows]),
        nullables(part.numbers.watcher_z[part.rows]),
        *found.counts.histogram.T.tolist(),
        *zip(*map(part.facts.counts, part.film_ids), strict=True),
        [joined(tags(found, place)) for place in range(len(films))],
        _attribution(part.first, len(films)),
    ]


def _attribution(first: bool, rows: int) -> list[Cell]:
    # Once, in a column: a line that is no row would break readers, and in every row it would outweigh the numbers.
    return [" ".join(NOTICES) if first and not place else None for place in range(rows)]


def _of(read: Callable[[FilmRow], Cell]) -> Callable[[Sequence[FilmRow | None]], list[Cell]]:
    return lambda films: [None if film is None else read(film) for film in films]


_OF_FILMS: Mapping[str, Callable[[Sequence[FilmRow | None]], list[Cell]]] = {
    "title": _of(lambda film: text(film.title)),
    "originalTitle": _of(lambda film: text(film.original_title)),
    "releaseYear": _of(lambda film: film.release_year),
    "slug": _of(lambda film: text(film.slug)),
    "letterboxdId": _of(lambda film: film.letterboxd_id),
    "letterboxdUri": _of(lambda film: letterboxd(film.letterboxd_id, film.slug)),
    "tmdbType": _of(lambda film: film.tmdb_type and film.tmdb_type.upper()),
    "tmdbId": _of(lambda film: film.tmdb_id),
    "imdbId": _of(lambda film: text(film.imdb_id)),
    "runtimeMinutes": _of(lambda film: film.runtime_minutes),
    "genres": _of(lambda film: joined(film.genres)),
    "countries": _of(lambda film: joined(film.countries)),
    "languages": _of(lambda film: joined(film.languages)),
}
_ROLES = {"directors": "director", "writers": "writer", "cast": "actor"}
_FIGURES: Mapping[str, Callable[[Selection], Sequence[Cell]]] = {
    "average": lambda found: nullables(found.counts.average),
    "standardDeviation": lambda found: nullables(found.counts.standard_deviation),
    "ratedCount": lambda found: found.counts.rated.tolist(),
    "watchers": lambda found: found.counts.watchers.tolist(),
    "likedCount": lambda found: found.counts.liked.tolist(),
    "likedUnratedCount": lambda found: found.counts.liked_unrated.tolist(),
    "likedPct": lambda found: found.counts.liked_pct.tolist(),
    "favoriteCount": lambda found: found.counts.favorite.tolist(),
    "favoritePct": lambda found: found.counts.favorite_pct.tolist(),
    "globalAverage": lambda found: nullables(found.global_average),
    "divergence": lambda found: nullables(found.divergence),
    "shape": lambda found: [SHAPES[number].upper() for number in found.shape.tolist()],
    "agreement": lambda found: nullables(found.counts.agreement),
    "ratingPercentile": lambda found: nullables(found.rating_percentile),
    "watcherPercentile": lambda found: nullables(found.watcher_percentile),
    "watcherBucket": lambda found: watcher_buckets(found.counts.watchers).tolist(),
}
NAMES = [
    *_OF_FILMS,
    *_ROLES,
    "rank",
    "score",
    *_FIGURES,
    "ratingZ",
    "watcherZ",
    *(f"histogram{stars}" for stars in _STARS),
    *(f"globalHistogram{stars}" for stars in _STARS),
    "tags",
    "attribution",
]
