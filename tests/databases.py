"""Databases for tests, each made from one template that the migrations built."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine, make_url, text

from schema import migrate
from schema.engine import engine

_TEMPLATE = "almanac_template"


def _administrate(admin_url: str, *statements: str) -> None:
    admin = create_engine(make_url(admin_url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


def make_template(admin_url: str) -> None:
    """Builds the template by running the migrations."""
    _administrate(admin_url, f"DROP DATABASE IF EXISTS {_TEMPLATE} WITH (FORCE)", f"CREATE DATABASE {_TEMPLATE}")
    template = engine(str(make_url(admin_url).set(database=_TEMPLATE).render_as_string(hide_password=False)))
    migrate.upgrade(template)
    template.dispose()  # a template with open connections cannot be copied


@contextmanager
def fresh_database(admin_url: str, name: str) -> Iterator[Engine]:
    """An empty, migrated database of that name, dropped at the end."""
    _administrate(
        admin_url,
        f"DROP DATABASE IF EXISTS {name} WITH (FORCE)",
        f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}",
    )
    made = engine(str(make_url(admin_url).set(database=name).render_as_string(hide_password=False)))
    try:
        yield made
    finally:
        made.dispose()
        _administrate(admin_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
