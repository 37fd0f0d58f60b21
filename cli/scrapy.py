"""`almanac scrapy`: Scrapy's own commands, with the servers up."""

import os

import click

from cli.children import run_in_place
from cli.ready import ready
from schema.settings import REPOSITORY


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="SCRAPY_ARGUMENTS…")
def scrapy(arguments: tuple[str, ...]) -> int:
    """Run Scrapy's own commands in this project, with the servers up; without any, it lists them.

    Example: almanac scrapy crawl rated -a username=ada
    """
    with ready():
        os.chdir(REPOSITORY)  # where scrapy.cfg is
        return run_in_place("-m", "scrapy", *arguments)
