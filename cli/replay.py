"""`almanac replay`: does a run of a cohort again."""

import click
from sqlalchemy import Connection

from cli.bringing import bring_about, no_wait_option
from cli.output import json_option
from cli.ready import ready
from schema.store import syncs
from schema.store.syncs import NotReplayable


@click.command()
@click.argument("run_id", metavar="RUN", type=click.IntRange(1, 2**63 - 1))
@no_wait_option
@json_option
def replay(run_id: int, no_wait: bool, as_json: bool) -> None:
    """Do RUN (its number) again: a new run of the same cohort, with the options that it had.

    Workers do it; when none is running, this command starts one for itself. Stopped half-way, it can be started
    again and goes on from there.

    Example: almanac replay 7
    """

    def opening(connection: Connection) -> int:
        try:
            return syncs.replay(connection, run_id)
        except LookupError:
            raise click.ClickException(f"no run {run_id}: see `almanac runs list`") from None
        except NotReplayable as error:
            raise click.ClickException(str(error)) from None

    with ready():
        bring_about(opening, no_wait=no_wait, as_json=as_json)
