"""`almanac account`: accounts, and the API keys by which programs act for them."""

from datetime import timedelta

import click

from cli.member import known, username
from cli.output import json_option, print_json, print_rows, say
from cli.ready import ready
from schema.engine import engine
from schema.insights import accounts as looking
from schema.insights.accounts import AccountRow
from schema.store import accounts, keys
from schema.store.accounts import AlreadyTied, BadEmail, checked_email

_LONGEST_NAME = 120


@click.group()
def account() -> None:
    """Make, list and delete accounts, and their API keys. People of an account sign in by mailed links.

    Example: almanac account create ada@example.org
    """


@account.command()
@click.argument("email")
@click.option("--operator", is_flag=True, help="May see and change everything over the API.")
@json_option
def create(email: str, operator: bool, as_json: bool) -> None:
    """Make an account for the person at EMAIL.

    Example: almanac account create ada@example.org --operator
    """
    email = _checked(email)
    with ready(redis=False), engine().begin() as connection:
        account_id = accounts.create(connection, email, operator=operator)
    if account_id is None:
        raise click.ClickException(f"there is an account for {email} already")
    if as_json:
        print_json({"id": account_id, "email": email, "operator": operator})
    say(f"account {account_id} for {email}; `almanac account key {email}` makes a key for it")


@account.command()
@click.argument("email")
@click.argument("name", required=False)
def tie(email: str, name: str | None) -> None:
    """Say that the account of EMAIL is member NAME's, who may then hand in exports; without NAME, nobody's.

    Make sure that it is: what they hand in counts as what NAME thinks.

    Example: almanac account tie ada@example.org ada
    """
    name = username(name) if name else None
    with ready(redis=False), engine().begin() as connection:
        found = _find(email)
        try:
            accounts.tie(connection, found.id, known(connection, name) if name else None)
        except AlreadyTied as error:
            raise click.ClickException(f"{name}: {error}") from None
    say(f"the account of {found.email} is {name or 'nobody'}'s")


@account.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List all accounts.

    Example: almanac account list --json
    """
    with ready(redis=False), engine().connect() as connection:
        rows = [_row(each) for each in looking.all_accounts(connection)]
    headings = {"id": "Id", "email": "E-mail", "operator": "Operator", "member": "Member"}
    print_rows(rows, headings | {"cohorts": "Cohorts", "keys": "Keys"}, as_json=as_json)


@account.command()
@click.argument("email")
def delete(email: str) -> None:
    """Delete the account of EMAIL with its cohorts, keys and saved filters.

    Example: almanac account delete ada@example.org
    """
    with ready(redis=False), engine().begin() as connection:
        found = _find(email)
        accounts.delete(connection, found.id)
    say(f"deleted the account of {found.email} and {found.cohorts} cohorts")


@account.command()
@click.argument("email")
@click.option("--name", default="made by the command line", show_default=True, help="What the key is for.")
@click.option("--scope", type=click.Choice(keys.SCOPES), default="read", show_default=True, help="How far it goes.")
@click.option("--days", type=click.IntRange(1, 3650), help="After how many days it ends; never when left out.")
@json_option
def key(email: str, name: str, scope: str, days: int | None, as_json: bool) -> None:
    """Make an API key for the account of EMAIL, and show it, this once.

    Example: almanac account key ada@example.org --scope write --days 90
    """
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise click.UsageError(f"--name takes 1 to {_LONGEST_NAME} characters")
    with ready(redis=False), engine().begin() as connection:
        found = _find(email)
        if scope == "operator" and not found.operator:
            raise click.ClickException(f"{found.email} is no operator's account")
        life = timedelta(days=days) if days else None
        key_id, secret = keys.create(connection, found.id, name.strip(), scope, life=life)
    if as_json:
        print_json({"id": key_id, "key": secret, "scope": scope})
        return
    click.echo(secret)
    say(f"key {key_id} of {found.email}, scope {scope}; it is not kept here and not shown again")


@account.command(name="keys")
@click.argument("email")
@json_option
def keys_(email: str, as_json: bool) -> None:
    """List the API keys of EMAIL that are not revoked.

    Example: almanac account keys ada@example.org
    """
    with ready(redis=False), engine().connect() as connection:
        found = _find(email)
        rows = [
            {
                "id": row.id,
                "name": row.name,
                "hint": row.hint,
                "scope": row.scope,
                "expires_at": row.expires_at,
                "last_used_at": row.last_used_at,
            }
            for row in looking.keys_of(connection, found.id)
        ]
    headings = {"id": "Id", "name": "Name", "hint": "Begins", "scope": "Scope", "expires_at": "Ends"}
    print_rows(rows, headings | {"last_used_at": "Last used"}, as_json=as_json)


@account.command()
@click.argument("key_id", metavar="KEY", type=int)
def revoke(key_id: int) -> None:
    """End KEY (its id) for good.

    Example: almanac account revoke 7
    """
    with ready(redis=False), engine().begin() as connection:
        if not keys.revoke(connection, key_id):
            raise click.ClickException(f"no key {key_id}: see `almanac account keys EMAIL`")
    say(f"revoked key {key_id}")


def _checked(email: str) -> str:
    try:
        return checked_email(email)
    except BadEmail as error:
        raise click.UsageError(f"EMAIL: {error}") from None


def _find(email: str) -> AccountRow:
    with engine().connect() as connection:
        found = looking.by_email(connection, _checked(email))
    if found is None:
        raise click.ClickException(f"no account {email!r}: see `almanac account list`")
    return found


def _row(each: AccountRow) -> dict[str, object]:
    return {
        "id": each.id,
        "email": each.email,
        "operator": "yes" if each.operator else "",
        "member": each.member,
        "cohorts": each.cohorts,
        "keys": each.keys,
    }
