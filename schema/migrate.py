"""Brings a database to the newest revision, and writes new revisions from the models."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_LOCK = 7_215_001  # any number, the same for all of us: two upgrades at once wait for one another


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> str:
    """Upgrades to the newest revision and returns its id; safe to call from several processes at once.

    A migration waits at most 4 s for a lock, so that it never queues the site behind itself.
    """
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        try:
            command.upgrade(_config(connection), "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("RESET lock_timeout"))
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
            connection.commit()
    return head()


def head() -> str:
    """Id of the newest revision; fails when there is more than one."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str | None:
    """Revision the database is at, None when it is empty."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list:
    """What the models have and the migrated database has not, or the other way round."""
    from schema.models import Base  # takes long, and every command imports this module

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        return compare_metadata(context, Base.metadata)


def revision(engine: Engine, message: str) -> Path:
    """Writes a new revision from the differences between the models and an upgraded database."""
    with engine.connect() as connection:
        script = command.revision(_config(connection), message=message, autogenerate=True)
    return Path(script.path)
