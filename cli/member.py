"""How commands read the NAME of a member."""

import click
from sqlalchemy import Connection

from schema.definitions import DefinitionError, check
from schema.store import members


def username(name: str) -> str:
    """NAME in lower case; UsageError for what is nobody's."""
    try:
        ((found,),) = check({"usernames": [name]}).values()
    except DefinitionError as error:
        raise click.UsageError(str(error).replace("usernames", "NAME")) from None
    return found


def known(connection: Connection, name: str) -> int:
    """The id of member `name` (as `username` gives it), who is known from now on; ClickException for the erased."""
    member_id = members.upsert(connection, {name: None}).get(name)
    if member_id is None:
        raise click.ClickException(f"{name} was erased here, and stays out")
    return member_id
