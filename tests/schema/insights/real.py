"""The best twenty of three real cohorts by every ranking. `python -m tests.schema.insights.real` prints them."""

import csv
import gzip
import itertools
import json
import sys
from pathlib import Path

import numpy as np

from schema.insights.aggregates import Vector
from schema.insights.film_columns import NUMBERS, FilmColumns
from schema.insights.numbers import Numbers, numbers
from schema.insights.rankings import STRATEGIES
from tests.realdata import shared

COHORTS = {"first hundred": slice(0, 100), "second hundred": slice(100, 200), "third hundred": slice(200, 300)}
_LEAST_WORLDWIDE = 30
"""Ratings that the mean over all members needs to stand in for Letterboxd's."""


def cohorts() -> tuple[dict[str, Numbers], list[str]]:
    """The numbers of each cohort, and the slugs of films by id."""
    with gzip.open(shared("ratings/ratings.csv.gz"), "rt", newline="") as file:
        by_member = [list(rows) for _, rows in itertools.groupby(csv.DictReader(file), lambda row: row["member"])]
    slugs = sorted({row["slug"] for rows in by_member for row in rows})
    ids = {slug: number for number, slug in enumerate(slugs)}
    vectors = [_vector(sorted((ids[row["slug"]], int(row["rating"])) for row in rows)) for rows in by_member]
    columns = FilmColumns(
        stamps=np.ones(len(slugs), dtype=np.int64),
        titles=slugs,
        numbers=dict.fromkeys(NUMBERS, np.full(len(slugs), np.nan)) | {"global_average": _world(vectors, len(slugs))},
    )
    return {label: numbers(vectors[members], columns) for label, members in COHORTS.items()}, slugs


def _vector(rated: list[tuple[int, int]]) -> Vector:
    films, ratings = zip(*rated, strict=True)
    return Vector(np.array(films, ">i4"), np.array(ratings, np.uint8), np.zeros(len(rated), np.uint8))


def _world(vectors: list[Vector], films: int) -> np.ndarray:
    everyone = numbers(vectors, FilmColumns()).counts
    means = np.full(films, np.nan)
    means[everyone.film_ids] = np.where(everyone.rated >= _LEAST_WORLDWIDE, everyone.average, np.nan)
    return means


def best(found: dict[str, Numbers], slugs: list[str]) -> dict[str, dict[str, list]]:
    """[slug, score, ratings] of the best twenty, by cohort and strategy."""
    return {
        label: {strategy: _twenty(each, strategy, slugs) for strategy in STRATEGIES} for label, each in found.items()
    }


def _twenty(found: Numbers, strategy: str, slugs: list[str]) -> list:
    ranking = found.ranking(strategy)
    return [
        [slugs[found.counts.film_ids[row]], round(float(ranking.score[row]), 6), int(found.counts.rated[row])]
        for row in ranking.order[:20]
    ]


if __name__ == "__main__":
    printed = json.dumps(best(*cohorts()), ensure_ascii=False)
    Path(sys.argv[1]).write_text(printed.replace("]], ", "]],\n").replace("], [", "],\n["))
