"""`almanac cron`: opens the syncs that are due."""

import logging

import click
from rq.cron import CronScheduler

from cli.ready import ready
from jobs.queues import connect


@click.command()
def cron() -> None:
    """Open the syncs that are due, every five minutes, until Ctrl-C or SIGTERM; workers do them.

    A cohort is due when its last successful sync began a day ago. Run exactly one of these.

    Example: almanac cron
    """
    with ready():
        scheduler = CronScheduler(connection=connect(), logging_level=logging.WARNING)
        scheduler.load_config_from_file("jobs.cron")
        click.echo("cron looks for syncs that are due")
        scheduler.start()
