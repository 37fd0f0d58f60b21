"""`almanac feed`: whose public feed may be read, and how that goes."""

from dataclasses import asdict

import click

from cli.member import known, username
from cli.output import json_option, print_rows, say
from cli.ready import ready
from schema.engine import engine
from schema.insights import sources
from schema.store import consents


@click.group()
def feed() -> None:
    """Read the public feeds of members who opted in.

    Example: almanac feed opt-in ada, then almanac scrapy crawl rss
    """


@feed.command(name="opt-in")
@click.argument("name")
def opt_in(name: str) -> None:
    """Record that member NAME asked for their feed to be read. `almanac withdraw NAME --source rss` ends it.

    Example: almanac feed opt-in ada
    """
    name = username(name)
    with ready(redis=False), engine().begin() as connection:
        consents.give(connection, known(connection, name), "rss")
    say(f"{name}'s feed is read from now on")


@feed.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the feeds that are read, when each was last, and what was missed.

    Example: almanac feed list
    """
    with ready(redis=False), engine().connect() as connection:
        rows = [asdict(row) for row in sources.feeds(connection)]
    headings = {
        "username": "Member",
        "opted_in_at": "Since",
        "read_at": "Last read",
        "entries": "Entries",
        "problem": "Problem",
    }
    print_rows(rows, headings, as_json=as_json)
