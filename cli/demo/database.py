"""The demo's own database, beside the configured one."""

import click
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

_NAME = "almanac_demo"


def demo_database(url: str) -> str:
    """The URL of the demo's database on the server of `url`, which must let us make it the first time."""
    server = make_url(url).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        known = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": _NAME}).scalar()
        if not known:
            try:
                connection.execute(text(f"CREATE DATABASE {_NAME}"))
            except DBAPIError as error:
                reason = " ".join(str(error.orig).split())
                raise click.ClickException(f"DATABASE_URL: cannot make {_NAME} for the demo: {reason}") from None
    return server.set(drivername="postgresql", database=_NAME).render_as_string(hide_password=False)
