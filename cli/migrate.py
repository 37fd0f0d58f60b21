"""`almanac migrate`: brings the database to this version."""

import os

import click

from cli import services
from cli.output import say
from cli.ready import keep_out
from schema import migrate as migrations
from schema.engine import check, engine


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when the database is not up to date.")
@click.option("--revision", metavar="MESSAGE", help="For developers: write a new revision from the models.")
def migrate(only_check: bool, revision: str | None) -> None:
    """Bring the database to this version. Safe to run again, and by several processes at once.

    Example: almanac migrate --check
    """
    with services.running(redis=False) as urls:
        os.environ.update(urls)
        database = engine()
        check(database)
        before, newest = migrations.current(database), migrations.head()
        if only_check:
            if before != newest:
                raise click.ClickException(f"the database is at {before or 'no revision'}, not at {newest}")
            say(f"the database is up to date: {newest}")
            return
        migrations.upgrade(database)
        keep_out(database)
        say(f"the database was up to date: {newest}" if before == newest else f"the database is now at {newest}")
        if revision:
            click.echo(migrations.revision(database, revision))
