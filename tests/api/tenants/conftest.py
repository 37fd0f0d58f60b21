"""An owner, a stranger and an operator, and something of each kind that the owner has."""

import pytest
from sqlalchemy import text

from schema.store import cohorts, keys, saved_filters
from tests.api.conftest import Api
from tests.api.people import person
from tests.api.tenants.roles import names


@pytest.fixture(scope="module")
def api(database, world, tmp_path_factory):
    """With a home of its own, where it notes who was erased."""
    return Api(database, home=str(tmp_path_factory.mktemp("home")))


@pytest.fixture(scope="module")
def people(database, world):
    return {
        "owner": person(database, world, "owner"),
        "other": person(database, world, "other"),
        "operator": person(database, world, "operator", operator=True),
    }


@pytest.fixture
def victim(database, world, people):
    """Something of each kind that the owner has, made anew; the ids by which queries name them."""
    owner = people["owner"].account_id
    with database.begin() as connection:
        connection.execute(text("DELETE FROM cohorts WHERE label IN ('Victim', 'Renamed', 'New')"))
        cohort_id = cohorts.create(
            connection, "Victim", {"usernames": ["ben", "cho"]}, owner_id=owner, visibility="private"
        )
        cohorts.set_members(connection, cohort_id, [world.member_ids["ben"], world.member_ids["cho"]])
        key_id, _ = keys.create(connection, owner, "victim", "read")
        filter_id = saved_filters.save(connection, owner, "victim", {"search": "x"})
    return names(cohort_id, people["owner"].run_id, key_id, filter_id)
