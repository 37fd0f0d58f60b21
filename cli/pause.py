"""`almanac pause`: nothing is asked any more, of one host or of all."""

import getpass

import click

from cli.output import say
from cli.ready import ready
from schema.engine import engine
from schema.store import hosts


@click.command()
@click.argument("host", required=False)
@click.option("--reason", default="paused by an operator", show_default=True, help="What runs say why they ended.")
def pause(host: str | None, reason: str) -> None:
    """Stop asking HOST, or everybody when it is left out.

    Every crawl ends before its next request, as paused; what it has read is kept, and `almanac resume` has it
    go on from there. Syncs that begin meanwhile are paused before they ask anything.

    Example: almanac pause --reason "Letterboxd has written to us"
    """
    with ready(redis=False), engine().begin() as connection:
        hosts.pause(connection, host or hosts.EVERYWHERE, reason, getpass.getuser())
    say(f"{host or 'everything'} is paused; `almanac resume{f' {host}' if host else ''}` takes it back")
