"""Writes datasets of any size for the benchmarks, the same for the same numbers."""

import csv
import random
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

_FILM_COLUMNS = (
    "slug",
    "title",
    "year",
    "release_date",
    "runtime_minutes",
    "genres",
    "original_language",
    "type",
    "popularity",
)


def write_dataset(folder: Path, *, members: int, ratings_each: int, films: int, seed: int = 7) -> None:
    """`films` films and `members` members named m00000…, each with `ratings_each` ratings, in the backlot's layout."""
    draw = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "films.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_FILM_COLUMNS)
        for number in range(films):
            year = 1930 + number % 95
            rows.writerow([f"film-{number}", f"Film {number}", year, f"{year}-06-01", 90, "Drama", "en", "movie", 1.0])
    with (folder / "ratings.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["member", "slug", "rating"])
        for member in range(members):
            for number in draw.sample(range(films), ratings_each):
                rows.writerow([f"m{member:05d}", f"film-{number}", draw.randint(1, 10)])


_WORDS = """
amber ash autumn bell birch black blue border bridge candle castle cedar city clay cloud coast copper crossing
crow dance dark dawn day deep desert dog door dream dust earth east echo edge empire end evening eye fall father
field fire first flight flower forest frost garden ghost girl glass gold grand green grey hand harbour heart high
hill home honey horse hour house hunter ice iron island ivory journey june king lake land last letter light lion
little lost love lower machine man marble market mirror moon morning mother mountain night north ocean old orange
orchard other paper park pearl pilot place promise quiet rain red return river road room rose salt sand season
second secret shadow shore silent silver sister sky smoke snow song south spring star steel stone storm stranger
street summer sun table tide time tower town train tree valley voice wall war water west white wild wind window
winter wolf woman wood world year young
"""


def write_catalogue(folder: Path, *, films: int, seed: int = 7) -> None:
    """Films as confusable as real ones, and one member; ids and people are the backlot's to derive.

    One in twelve has the title of an earlier film, one in a hundred that of a film of the same or the next year;
    one in thirty is dated a year later by TMDB than by Letterboxd; one in twenty-five is a series.
    """
    draw, words = random.Random(seed), _WORDS.split()
    known: list[tuple[str, int]] = []
    slugs: set[str] = set()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "films.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(_FILM_COLUMNS)
        for number in range(films):
            title = " ".join(draw.sample(words, draw.choice((2, 2, 2, 3, 3)))).title()
            year = draw.randint(1920, 2026)
            chance = draw.random()
            if known and chance < 1 / 12:
                title, namesake = draw.choice(known)
                year = namesake + draw.choice((0, 1)) if chance < 1 / 100 else year
            slug = title.lower().replace(" ", "-")
            slug = next(each for each in chain((slug, f"{slug}-{year}"), _numbered(slug, year)) if each not in slugs)
            slugs.add(slug)
            known.append((title, year))
            released = year + (draw.random() < 1 / 30)
            kind = "tv" if draw.random() < 1 / 25 else "movie"
            rows.writerow([slug, title, year, f"{released}-06-01", 90, "Drama", "en", kind, 1 + number % 50])
    with (folder / "ratings.csv").open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["member", "slug", "rating"], ["ada", min(slugs), 8]])


def _numbered(slug: str, year: int) -> Iterator[str]:
    """The names Letterboxd gives to further films of a title and a year."""
    return (f"{slug}-{year}-{number}" for number in count(1))
