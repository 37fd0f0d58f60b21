"""`almanac sync`: brings a cohort up to date."""

from functools import partial

import click

from cli.bringing import bring_about, no_wait_option
from cli.cohort import find
from cli.output import json_option
from cli.ready import ready
from schema.store.syncs import open_sync


@click.command()
@click.argument("cohort")
@click.option(
    "--full",
    is_flag=True,
    help="A sweep: read every page of every listing, which also finds what members took back.",
)
@no_wait_option
@click.option("--no-enrich", is_flag=True, help="Leave out what films are: identities, TMDB facts, global histograms.")
@json_option
def sync(cohort: str, full: bool, no_wait: bool, no_enrich: bool, as_json: bool) -> None:
    """Bring COHORT (its label or id) up to date: members, their films, what the films are, stats, rankings.

    Without --full it is a delta: of members read before, only what is new is asked for. Workers do it; when
    none is running, this command starts one for itself. Stopped half-way, it can be started again and goes on
    from there.

    Example: almanac sync "Ada's circle"
    """
    with ready():
        opening = partial(open_sync, cohort_id=find(cohort).id, full=full, enrich=not no_enrich)
        bring_about(opening, no_wait=no_wait, as_json=as_json)
