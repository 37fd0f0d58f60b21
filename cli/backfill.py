"""`almanac backfill`: completes the films that a cohort knows, without reading its members again."""

from functools import partial

import click

from cli.bringing import bring_about, no_wait_option
from cli.cohort import find
from cli.output import json_option
from cli.ready import ready
from schema.store.syncs import open_backfill


@click.command()
@click.argument("cohort")
@click.option("--budget", type=click.IntRange(0), metavar="N", help="Requests Letterboxd gets for each of two kinds.")
@no_wait_option
@json_option
def backfill(cohort: str, budget: int | None, no_wait: bool, as_json: bool) -> None:
    """Fill the gaps of COHORT (its label or id): complete its films, and write its stats and rankings anew.

    What failed is asked for at once, however long it was to wait; nobody's pages are read. --budget bounds film
    pages, and again histograms (ALMANAC_ENRICH_BUDGET when not given). Workers do it; when none is running, this
    command starts one for itself.

    Example: almanac backfill "Ada's circle" --budget 200
    """
    with ready():
        opening = partial(open_backfill, cohort_id=find(cohort).id, budget=budget)
        bring_about(opening, no_wait=no_wait, as_json=as_json)
