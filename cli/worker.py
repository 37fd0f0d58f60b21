"""`almanac worker`: does the work that syncs consist of."""

import logging
import os

import click

from cli.children import Children
from cli.ready import ready
from jobs.queues import QUEUES
from jobs.worker import run

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@click.option("--burst", is_flag=True, help="End when nothing is left to do.")
@click.option("--queues", default="sync,crawl", show_default=True, help="Queues to work on, the most urgent first.")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 32), help="How many workers.")
def worker(burst: bool, queues: str, count: int) -> None:
    """Work on syncs until Ctrl-C or SIGTERM.

    What is under way then is put back and lost by nobody; another worker, or this one started again, goes
    on with it. However many there are, together they ask a host no more often than ALMANAC_CRAWL_DELAY allows.

    Example: almanac worker --count 2
    """
    names = tuple(name.strip() for name in queues.split(",") if name.strip())
    unknown = [name for name in names if name not in QUEUES]
    if unknown or not names:
        raise click.UsageError(f"--queues takes {' and '.join(QUEUES)}, not {queues!r}")
    with ready():
        if count == 1:
            _work(names, burst=burst)
        else:
            _share(names, count, burst=burst)


def _work(names: tuple[str, ...], *, burst: bool) -> None:
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    click.echo(f"worker {os.getpid()} works on {', '.join(names)}")
    run(names, burst=burst)


def _share(names: tuple[str, ...], count: int, *, burst: bool) -> None:
    arguments = ["-m", "cli", "worker", "--queues", ",".join(names), *(["--burst"] if burst else [])]
    with Children(lambda name, line: click.echo(f"{name} | {line}")) as children:
        for number in range(1, count + 1):
            children.start(f"worker {number}", *arguments)
        if burst:
            children.wait()
        else:
            children.watch()
