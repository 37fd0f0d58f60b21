"""What most commands stand on: servers that answer, a database of this version, and failures told in one line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy import Engine

from cli import services
from cli.output import say
from jobs.failures import CrawlFailed, CrawlInterrupted, Hopeless
from jobs.queues import RedisUnavailable
from schema import migrate
from schema.definitions import DefinitionError
from schema.engine import check, engine
from schema.settings import Settings
from schema.store.erasure_file import ErasureFileError, reconcile


@contextmanager
def ready(*, redis: bool = True) -> Iterator[services.Urls]:
    """Inside, DATABASE_URL and REDIS_URL are set, to what is yielded, and the database is migrated.

    An embedded database is brought to this version; one that DATABASE_URL names is left as it is, and refused
    when it is of another. What jobs and definitions have to say against a command becomes its error.
    """
    embedded = not Settings.from_environment().database_url
    with services.running(redis=redis) as urls:
        os.environ.update(urls)
        check_version(upgrade=embedded)
        with told():
            yield urls


def check_version(*, upgrade: bool) -> None:
    """Makes sure that the database is at this version's revision, or says what to do."""
    database = engine()
    check(database)
    found = migrate.current(database)
    if found != migrate.head():
        if not upgrade:
            state = f"at revision {found}" if found else "empty"
            raise click.ClickException(f"the database is {state}, not {migrate.head()}: run `almanac migrate`")
        migrate.upgrade(database)
    keep_out(database)
    database.dispose()  # workers fork, and two processes must not share a connection


def keep_out(database: Engine) -> None:
    """Erases again whom a restored backup has brought back."""
    try:
        back = reconcile(database, Settings.from_environment().erasures_path)
    except ErasureFileError as error:
        raise click.ClickException(str(error)) from None
    if back:
        say(f"erased again, having come back with the database: {len(back)} of its members")


@contextmanager
def told() -> Iterator[None]:
    """Turns what can be expected to go wrong into one line."""
    try:
        yield
    except (CrawlFailed, Hopeless, RedisUnavailable, DefinitionError) as error:
        raise click.ClickException(str(error)) from None
    except CrawlInterrupted:
        raise click.ClickException("the crawl took too long and was stopped; try again") from None
