"""What films of an export are: their facts, for some hundred rows at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from schema.insights import films, histograms
from schema.insights.films import Credit, FilmRow
from schema.insights.histograms import GlobalHistogram


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """Facts, credits and global histograms by film id; a film may be in none of them."""

    films: Mapping[int, FilmRow]
    credits: Mapping[int, list[Credit]]
    histograms: Mapping[int, GlobalHistogram]

    def credited(self, film_id: int, role: str) -> list[str]:
        """Names of a film's directors, writers or actors, in order of billing."""
        return [credit.name for credit in self.credits.get(film_id, ()) if credit.role == role]

    def counts(self, film_id: int) -> list[int | None]:
        """How everyone's ratings of a film are distributed: ten counts, None where that is not known."""
        known = self.histograms.get(film_id)
        return list(known.counts) if known else [None] * 10


def facts(connection: Connection, film_ids: Sequence[int]) -> FilmFacts:
    """What is known of these films; three statements."""
    return FilmFacts(
        films.by_id(connection, film_ids),
        films.credits_by_film(connection, film_ids),
        histograms.by_film(connection, film_ids),
    )
