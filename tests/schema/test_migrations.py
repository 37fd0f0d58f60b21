"""Models and migrations describe one and the same database."""

from sqlalchemy import inspect

from schema import migrate
from schema.models import Base


def test_models_equal_migrations(database):
    assert migrate.differences(database) == []


def test_one_head_and_the_database_is_there(database):
    assert migrate.current(database) == migrate.head() != ""


def test_upgrading_again_changes_nothing(database):
    tables = set(inspect(database).get_table_names())
    migrate.upgrade(database)
    assert set(inspect(database).get_table_names()) == tables
    assert tables >= set(Base.metadata.tables)
