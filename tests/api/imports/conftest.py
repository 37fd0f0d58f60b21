"""Mina, who has an account of her own, and an application in which nobody imports anything."""

import pytest
from redis import Redis
from sqlalchemy import text

from tests.api.conftest import Api
from tests.api.imports.handing_in import tie
from tests.api.people import person


@pytest.fixture(scope="module")
def mina(database, world):
    found = person(database, world, "mina")
    tie(database, found, "mina")
    return found


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def importing(database, world, mina, redis_url, home, monkeypatch):
    """The application, with Redis, over a world in which nobody imports anything."""
    Redis.from_url(redis_url).flushall()
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sync_runs WHERE kind = 'import'"))
        connection.execute(text("DELETE FROM ratings WHERE member_id = (SELECT id FROM members WHERE username='mina')"))
        connection.execute(text("DELETE FROM listings"))
        connection.execute(text("DELETE FROM consents"))
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", redis_url)
    return Api(database, redis_url, home=str(home))
