"""`almanac demo`: the whole machine, once, on data of our own."""

import os

import click


@click.command()
@click.option("--once", is_flag=True, help="Stop after the table.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port of the API; 8000, or the next free one, when left out."
)
def demo(once: bool, port: int | None) -> None:
    """Crawl, store, rank and answer, with every real part, and no internet: the pages come from the backlot.

    Keeps to a database of its own, so that your data is never touched; run again, it goes on from there.
    Serves until Ctrl-C.

    Example: almanac demo --once
    """
    # RQ decides at import where in Redis its keys are; the demo's are apart from an operator's.
    os.environ["RQ_KEY_PREFIX"] = "almanac-demo"
    from cli.demo.show import show

    show(once=once, port=port)
