"""`almanac withdraw`: takes back what a member gave."""

import click

from cli.output import json_option, print_json, say
from cli.ready import ready
from schema.engine import engine
from schema.store import consents, members


@click.command()
@click.argument("name")
@click.option("--source", required=True, type=click.Choice(consents.SOURCES), help="What is withdrawn.")
@json_option
def withdraw(name: str, source: str, as_json: bool) -> None:
    """Remove what member NAME's exports or feed told, and end the consent.

    What a crawl or an import has confirmed since stays, in its own name.

    Example: almanac withdraw ada --source export
    """
    username = name.strip().lower()
    with ready(redis=False), engine().begin() as connection:
        member_id = members.ids_by_username(connection, [username]).get(username)
        if member_id is None:
            raise click.ClickException(f"no member {username!r} is known here")
        gone = consents.withdraw(connection, member_id, source)
    if as_json:
        print_json({"member": username, "source": source, "removed": gone})
    say(f"{gone} reactions of {username} that only {source} told are gone")
