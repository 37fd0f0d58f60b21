"""A connection whose work is undone after each test."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine


@pytest.fixture
def connection(database: Engine) -> Iterator[Connection]:
    """A connection in a transaction that is rolled back."""
    with database.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()
