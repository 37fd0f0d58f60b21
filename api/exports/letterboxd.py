"""A list that Letterboxd's importer takes: which film each row is, and in its notes what the cohort thinks of it.

Neither rating nor date: with these the importer would log films that nobody watched.
"""

from collections.abc import Iterable, Iterator

from api.exports import cells
from api.exports.cells import joined, text
from api.exports.table import Part
from schema.addresses import letterboxd

NAMES = ("LetterboxdURI", "tmdbID", "imdbID", "Title", "Year", "Directors", "Review")
_END = "\r\n"
MOST_BYTES = 1_000_000
"""What the importer takes at once, as far as is known from outside: 1 MB."""


def header() -> str:
    """The line that names the columns."""
    return cells.lines([NAMES])


def body(part: Part) -> str:
    """A line a film; films that are gone meanwhile are left out."""
    counts = part.numbers.take(part.rows).counts
    rows = []
    for place, film_id in enumerate(part.film_ids):
        film = part.facts.films.get(film_id)
        if film is None:
            continue
        rated, watchers = int(counts.rated[place]), int(counts.watchers[place])
        rows.append(
            (
                letterboxd(film.letterboxd_id, film.slug),
                film.tmdb_id if film.tmdb_type == "movie" else None,  # series have numbers of their own
                text(film.imdb_id),
                text(film.title),
                film.release_year,
                joined(part.facts.credited(film_id, "director")) or text(film.primary_director),
                _notes(float(counts.average[place]), rated, int(counts.liked[place]), watchers),
            )
        )
    return cells.lines(rows)


def _notes(average: float, rated: int, liked: int, watchers: int) -> str:
    ratings = f"{average:.2f} stars from {rated} rating{'s' if rated > 1 else ''}, " if rated else ""
    return f"{ratings}liked by {liked} of {watchers}"


def files(parts: Iterable[str], most: int = MOST_BYTES) -> Iterator[tuple[int, str]]:
    """The lines of `parts`, each with the number of the file it goes into, from 0; no file is larger than `most`.

    Every file begins with the header.
    """
    number, size = 0, len(header())
    yield number, header()
    for part in parts:
        for line in part.split(_END)[:-1]:
            length = len(line.encode()) + len(_END)
            if size + length > most:
                number, size = number + 1, len(header())
                yield number, header()
            size += length
            yield number, line + _END
