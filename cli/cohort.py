"""`almanac cohort`: makes, lists, shows, refreshes and deletes cohorts."""

import json
import sys
from dataclasses import asdict
from typing import Any

import click

from cli.output import json_option, print_json, print_rows, say
from cli.ready import ready
from jobs.gathering import members_now
from schema.definitions import Definition, check
from schema.engine import engine
from schema.insights import accounts, cohort_details
from schema.insights.cohort_details import CohortDetails
from schema.insights.cohorts import unknown_parts
from schema.store import cohorts
from schema.viewer import OPERATOR, Viewer


@click.group()
def cohort() -> None:
    """Make, list, show, refresh and delete cohorts: named sets of members.

    Example: almanac cohort create "Ada's circle" --following ada
    """


@cohort.command()
@click.argument("label")
@click.option("--following", metavar="MEMBER", help="The people this member follows.")
@click.option("--followers", metavar="MEMBER", help="The people who follow this member.")
@click.option("--list", metavar="USER/SLUG", help="Who made this list, and who likes it.")
@click.option("--usernames", metavar="A,B,C", help="These members.")
@click.option("--file", type=click.File(), help="Members in a file, one a line; - reads them from stdin.")
@click.option("--definition", metavar="JSON", help='Anything else, such as \'{"union": [{"following": "ada"}, …]}\'.')
@click.option("--owner", metavar="EMAIL", help="The account it belongs to; operators alone may change it without one.")
@click.option(
    "--visibility",
    type=click.Choice(["private", "unlisted", "public"]),
    help="Who may see it over the API; private when it has an owner, public when not.",
)
@json_option
def create(label: str, owner: str | None, visibility: str | None, as_json: bool, **given: Any) -> None:
    """Make a cohort called LABEL and find out, now, who belongs to it. Give exactly one of the first five options.

    Nothing is saved when it names somebody unknown, or nobody. `almanac sync LABEL` then reads their films.

    Example: almanac cohort create "Ada's circle" --following ada
    """
    label = _checked_label(label)
    with ready(redis=False):
        definition = check(_definition(given))
        viewer = _viewer(owner)
        with engine().connect() as connection:
            if any(each.owner_id == viewer.account_id for each in cohort_details.by_name(connection, label)):
                raise click.ClickException(f"there is a cohort {label!r} already")
        if sys.stderr.isatty():  # someone waits
            say("looking up who belongs to it …")
        members = members_now(definition, viewer)
        with engine().begin() as connection:
            unknown = unknown_parts(connection, definition, viewer)
            if unknown:
                raise click.ClickException(f"not known: {', '.join(unknown)}")
            seen = visibility or ("private" if owner else "public")
            cohort_id = cohorts.create(connection, label, definition, owner_id=viewer.account_id, visibility=seen)
            cohorts.set_members(connection, cohort_id, members)
        if as_json:
            print_json({"id": cohort_id, "label": label, "members": len(members)})
        say(f"cohort {cohort_id}, {label!r}, has {len(members)} members")


def _checked_label(label: str) -> str:
    try:
        return cohorts.checked_label(label)
    except cohorts.BadLabel as error:
        raise click.UsageError(f"LABEL: {error}") from None


def _viewer(owner: str | None) -> Viewer:
    if owner is None:
        return OPERATOR
    with engine().connect() as connection:
        account = accounts.by_email(connection, owner.strip().lower())
    if account is None:
        raise click.ClickException(f"no account {owner!r}: see `almanac account list`")
    return Viewer(account.id, operator=account.operator)


def _definition(given: dict[str, Any]) -> Definition:
    chosen = [(name, value) for name, value in given.items() if value is not None]
    if len(chosen) != 1:
        raise click.UsageError(f"give exactly one of {', '.join(f'--{name}' for name in given)}")
    ((name, value),) = chosen
    if name == "usernames":
        return {"usernames": [part for part in (part.strip() for part in value.split(",")) if part]}
    if name == "file":
        return {"usernames": [line.strip() for line in value if line.strip()]}
    if name == "definition":
        try:
            return json.loads(value)
        except ValueError as error:
            raise click.UsageError(f"--definition: not JSON: {error}") from None
    return {name: value}


@cohort.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List all cohorts.

    Example: almanac cohort list --json
    """
    with ready(redis=False), engine().connect() as connection:
        found = cohort_details.all_cohorts(connection)
    rows = [asdict(each) if as_json else _row(each) for each in found]
    headings = {
        "id": "Id",
        "label": "Label",
        "owner": "Owner",
        "visibility": "Visible",
        "members": "Members",
        "definition": "Definition",
        "synced_at": "Last sync",
    }
    print_rows(rows, headings, as_json=as_json)


@cohort.command()
@click.argument("name", metavar="COHORT")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show COHORT (its label or id) and who belongs to it.

    Example: almanac cohort show "Ada's circle"
    """
    with ready(redis=False):
        found = find(name)
        with engine().connect() as connection:
            members = cohort_details.usernames(connection, found.id)
    if as_json:
        print_json({**asdict(found), "members": members})
        return
    for heading, value in _row(found).items():
        click.echo(f"{heading:12} {'never' if value is None else value}")
    click.echo(f"{'usernames':12} {', '.join(members)}")


@cohort.command()
@click.argument("name", metavar="COHORT")
@json_option
def refresh(name: str, as_json: bool) -> None:
    """Find out anew who belongs to COHORT (its label or id). A sync does this first, too.

    Example: almanac cohort refresh "Ada's circle"
    """
    with ready(redis=False):
        found = find(name)
        with engine().connect() as connection:
            viewer = cohort_details.viewer_of(connection, found.id)
        members = members_now(found.definition, viewer)
        with engine().begin() as connection:
            changed = cohorts.set_members(connection, found.id, members)
    if as_json:
        print_json({"id": found.id, "label": found.label, "members": len(members), "changed": changed})
    say(f"{found.label!r} has {len(members)} members; {'this is new' if changed else 'nothing changed'}")


@cohort.command()
@click.argument("name", metavar="COHORT")
def delete(name: str) -> None:
    """Delete COHORT (its label or id) with its runs and numbers. Its members and their ratings stay.

    Example: almanac cohort delete "Ada's circle"
    """
    with ready(redis=False):
        found = find(name)
        with engine().begin() as connection:
            cohorts.delete(connection, found.id)
    say(f"deleted {found.label!r}")


def find(name: str) -> CohortDetails:
    """The cohort with this label or id, or a ClickException."""
    with engine().connect() as connection:
        found = cohort_details.by_name(connection, " ".join(name.split()))
    if not found:
        raise click.ClickException(f"no cohort {name!r}: see `almanac cohort list`")
    if len(found) > 1:
        ids = ", ".join(f"{each.id} ({each.owner or 'no owner'})" for each in found)
        raise click.ClickException(f"several cohorts are called {name!r}: give the id of one: {ids}")
    return found[0]


def _row(details: CohortDetails) -> dict[str, Any]:
    synced = details.synced_at
    return {
        "id": details.id,
        "label": details.label,
        "owner": details.owner,
        "visibility": details.visibility,
        "members": details.members,
        "definition": json.dumps(details.definition, ensure_ascii=False)[:200],
        "synced_at": synced and f"{synced:%Y-%m-%d %H:%M} UTC",
    }
