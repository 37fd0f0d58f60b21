"""The first ten of every slice in three real cohorts. `python -m tests.api.real_slices FILE` writes them down."""

import csv
import gzip
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.inputs.film_order import Direction, FilmOrderField
from api.graphql.inputs.ranges import IntRange
from api.graphql.slices import SLICES, Slice, SliceName
from schema.insights import filters
from schema.insights.numbers import Numbers
from schema.insights.ordering import Numeric, order, tie_breakers
from tests.realdata import shared
from tests.schema.insights import real

LATEST = IntRange(min=2021, max=2025)
"""What stands for the latest five years, whatever the year is in which this runs."""
# The data knows no likes, no people, and of nobody who is not in the cohort what they have not seen.
LEFT_OUT = {SliceName.CULT_FAVORITE, SliceName.LIKED_UNRATED, SliceName.DIRECTED_BY, SliceName.BLIND_SPOTS}


def best() -> dict[str, dict[str, list]]:
    """[slug, watchers, average] of the first ten, by cohort and slice."""
    found, slugs = real.cohorts()
    with gzip.open(shared("ratings/films.csv.gz"), "rt", newline="") as file:
        years = {row["slug"]: row["year"] for row in csv.DictReader(file)}
    column = np.array([float(years.get(slug) or "nan") for slug in slugs])
    tried = [each for each in SLICES.values() if each.name not in LEFT_OUT]
    return {
        label: {each.name.name: _ten(_dated(numbers, column), each, slugs) for each in tried}
        for label, numbers in found.items()
    }


def _dated(numbers: Numbers, years: np.ndarray) -> Numbers:
    films = replace(numbers.films, numbers={**numbers.films.numbers, "release_year": years})
    return Numbers(numbers.counts, films)


def _ten(numbers: Numbers, asked: Slice, slugs: list[str]) -> list:
    given = FilmFilter(release_year=LATEST) if asked.name is SliceName.RECENT else asked.filter
    kept = np.flatnonzero(filters.judge(numbers, given.checked(asked.ranking.value), {}).passes)
    values = {
        FilmOrderField.SCORE: numbers.ranking(asked.ranking.value).score,
        FilmOrderField.WATCHERS: numbers.counts.watchers,
    }
    columns = [Numeric(values[each.by][kept], each.direction is Direction.DESC) for each in asked.order_by]
    rows = kept[order([*columns, *tie_breakers(numbers.counts, kept)], 10)]
    counts = numbers.counts
    return [
        [slugs[counts.film_ids[row]], int(counts.watchers[row]), round(float(counts.average[row]), 3)] for row in rows
    ]


if __name__ == "__main__":
    printed = json.dumps(best(), ensure_ascii=False)
    Path(sys.argv[1]).write_text(printed.replace("]], ", "]],\n").replace("], [", "],\n["))
