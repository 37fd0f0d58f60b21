"""`almanac vectors`: what is packed wrongly is found, named and mended."""

import json

import pytest
from sqlalchemy import text

from cli.main import main
from tests.api.world import build


@pytest.fixture
def world(database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    return build(database)


def test_what_differs_is_named_and_mended(world, database, capsys):
    assert main(["vectors", "verify"]) == 0
    ben, stalker = world.member_ids["ben"], world.film_ids["stalker"]
    with database.begin() as connection:
        connection.execute(text("UPDATE ratings SET rating = 1 WHERE member_id = :ben"), {"ben": ben})
        connection.execute(text("UPDATE films SET runtime_minutes = 1 WHERE id = :film"), {"film": stalker})
    capsys.readouterr()
    assert main(["vectors", "verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {"members": [ben], "films": [stalker]}
    assert main(["vectors", "rebuild", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"members": 1, "films": 1}
    assert main(["vectors", "verify"]) == 0
