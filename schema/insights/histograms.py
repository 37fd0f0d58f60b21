"""What all of Letterboxd gave a film, as far as it has been fetched."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class GlobalHistogram:
    """Ten counts, half a star to five."""

    counts: list[int]

    @property
    def mean(self) -> float | None:
        """Mean rating in stars; None when there are no ratings. Not the weighted average that the site shows."""
        total = sum(self.counts)
        half_stars = sum(value * count for value, count in enumerate(self.counts, 1))
        return half_stars / total / 2.0 if total else None


def by_film(connection: Connection, film_ids: Collection[int]) -> dict[int, GlobalHistogram]:
    """Global histograms by film id; films without one are left out."""
    rows = connection.execute(
        text("SELECT film_id, counts FROM film_histograms WHERE film_id = ANY(:films)"), {"films": list(film_ids)}
    )
    return {film_id: GlobalHistogram(counts) for film_id, counts in rows}
