"""Writes datasets of any size for the benchmarks, the same for the same numbers."""

import csv
import random
from pathlib import Path


def write_dataset(folder: Path, *, members: int, ratings_each: int, films: int, seed: int = 7) -> None:
    """`films` films and `members` members named m00000…, each with `ratings_each` ratings, in the backlot's layout."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "films.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(
            [
                "slug",
                "title",
                "year",
                "release_date",
                "runtime_minutes",
                "genres",
                "original_language",
                "type",
                "popularity",
            ]
        )
        for number in range(films):
            year = 1930 + number % 95
            rows.writerow([f"film-{number}", f"Film {number}", year, f"{year}-06-01", 90, "Drama", "en", "movie", 1.0])
    with (folder / "ratings.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["member", "slug", "rating"])
        for member in range(members):
            for number in draw.sample(range(films), ratings_each):
                rows.writerow([f"m{member:05d}", f"film-{number}", draw.randint(1, 10)])
