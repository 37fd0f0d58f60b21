"""`almanac erase-member`: removes a member for good."""

import click

from cli.member import username
from cli.output import json_option, print_json, say
from cli.ready import ready
from schema.engine import engine
from schema.settings import Settings
from schema.store import erasure_file


@click.command(name="erase-member")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
def erase_member(name: str, yes: bool, as_json: bool) -> None:
    """Remove everything about the member NAME, and keep them out from now on, whoever brings them.

    Cohorts lose the member, and their numbers are right at once. Only a salted hash of the name stays, in the
    database and in ALMANAC_HOME, so that a backup restored later loses the member again. There is no way back.

    Example: almanac erase-member ada --yes
    """
    name = username(name)
    if not yes:
        click.confirm(f"Remove everything about {name}, for good?", abort=True, err=True)
    with ready(redis=False):
        held = erasure_file.erase(engine(), Settings.from_environment().erasures_path, name)
        if as_json:
            print_json({"erased": True, "held": held})
        say("everything about this member is gone" if held else "nothing was held about this member")
        say("nothing about them will be stored again")
