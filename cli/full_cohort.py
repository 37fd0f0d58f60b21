"""`almanac bootstrap-full-cohort`: an installation's cohorts from nothing, or all there is of them anew."""

import json
from collections.abc import Sequence
from functools import partial
from typing import TextIO

import click
from sqlalchemy import Connection

from cli import vectors
from cli.bringing import bring_all_about, no_wait_option
from cli.cohort import find
from cli.output import json_option, print_json
from cli.ready import ready
from schema.engine import engine
from schema.insights import cohort_details
from schema.store import cohorts, seeds
from schema.store.seeds import BadSeeds, Seed
from schema.store.syncs import open_sync

_ALL = 2**31 - 1


@click.command()
@click.argument("names", nargs=-1, metavar="[COHORT]...")
@click.option(
    "--seeds",
    "file",
    type=click.File(encoding="utf-8"),
    help="Make or redefine the cohorts of this file first, as `almanac cohort list --json` writes it; - is stdin.",
)
@click.option(
    "--budget",
    type=click.IntRange(0),
    metavar="N",
    help="Film pages, and again histograms, Letterboxd is asked for; all that are due when not given.",
)
@no_wait_option
@json_option
def bootstrap_full_cohort(
    names: Sequence[str], file: TextIO | None, budget: int | None, no_wait: bool, as_json: bool
) -> None:
    """Make all there is of every COHORT (its label or id) anew; without one, of the seeds' or of all cohorts.

    What is written of them is removed, what is packed for insights is checked and remade, and a full sync of each
    reads every page of its members, completes every film, and writes stats and rankings. Ratings stay meanwhile,
    and so do answers. Stopped half-way, workers go on with the runs that are open.

    Example: almanac bootstrap-full-cohort --seeds cohorts.json
    """
    planted = _read(file) if file else []
    with ready():
        ids = _chosen(names, planted)
        vectors.remake()
        openings = [partial(_open, cohort_id=each, budget=_ALL if budget is None else budget) for each in ids]
        bring_all_about(openings, no_wait=no_wait, show=lambda runs: print_json(runs) if as_json else None)


def _open(connection: Connection, cohort_id: int, budget: int) -> int:
    run_id = open_sync(connection, cohort_id, full=True, budget=budget)
    cohorts.clear_numbers(connection, [cohort_id])
    return run_id


def _read(file: TextIO) -> list[Seed]:
    try:
        return seeds.checked(json.load(file))
    except (ValueError, RecursionError) as error:
        reason = error if isinstance(error, BadSeeds) else f"not JSON: {error}"
        raise click.UsageError(f"--seeds: {file.name}: {reason}") from None


def _chosen(names: Sequence[str], planted: Sequence[Seed]) -> list[int]:
    """Ids of cohorts, each once and in order of age: a cohort that names another comes after it."""
    chosen = {find(name).id for name in names}
    with engine().begin() as connection:
        chosen.update(seeds.plant(connection, planted))
        if not chosen:
            chosen = {each.id for each in cohort_details.all_cohorts(connection)}
    if not chosen:
        raise click.ClickException("there is no cohort: make one with `almanac cohort create`, or give --seeds")
    return sorted(chosen)
