"""A real server that is abused, and answers the next person as if nothing had been."""

import httpx
import pytest

from tests.api.conftest import Api
from tests.api.server import served

NORMAL = {"query": '{ film(slug: "stalker") { title } }'}
ANSWER = {"data": {"film": {"title": "Stalker"}}}


@pytest.fixture(scope="module")
def server(database, world):
    with served(Api(database, anonymous_rate_limit="0").settings) as address:
        yield address


@pytest.fixture(autouse=True)
def the_next_person_is_answered(server):
    yield
    assert httpx.post(f"http://{server}/graphql", json=NORMAL, timeout=5).json() == ANSWER
