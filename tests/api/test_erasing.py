"""Members erased over the API: by operators, and by themselves; gone in one stroke, and kept out."""

import pytest
from sqlalchemy import text

from schema.store import accounts, erasures, members
from tests.api.conftest import Api
from tests.api.people import person

ERASE = """mutation ($name: String!, $again: String!) { eraseMember(username: $name, confirm: $again) {
    held userErrors { code field } } }"""
FILMS = 'query ($id: ID!) { cohort(id: $id) { memberCount film(slug: "film-10") { ratedCount } } }'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def api(database, world, home):
    return Api(database, home=str(home))


@pytest.fixture(scope="module")
def people(database, world):
    """Made before anybody is erased."""
    return person(database, world, "ben"), person(database, world, "keeper", operator=True)


def erase(api, sent, name, again=None):
    return api.ask(ERASE, headers=sent, name=name, again=name if again is None else again)


def test_a_member_erases_themselves_when_signed_in_and_nobody_else(api, world, database, home, people):
    ben, _ = people
    assert erase(api, ben.cookie, "ben").codes == ["FORBIDDEN"]  # not known to be anybody's account
    with database.begin() as connection:
        accounts.tie(connection, ben.account_id, world.member_ids["ben"])
    assert erase(api, ben.cookie, "cho").codes == ["FORBIDDEN"]
    for scope in ("read", "write", "operator"):  # of an account that is no operator's, that is a write key
        assert erase(api, ben.bearer(scope), "ben").codes == ["FORBIDDEN"]
    for again in ("", "bem", "ben ben"):
        answer = erase(api, ben.cookie, "ben", again)["data"]["eraseMember"]
        assert answer == {"held": None, "userErrors": [{"code": "INVALID", "field": "confirm"}]}
    before = api.data(FILMS, id=str(world.cohort_id))["cohort"]
    assert not (home / "erased-members.txt").exists()

    assert erase(api, ben.cookie, "Ben", "ben")["data"]["eraseMember"] == {"held": True, "userErrors": []}
    after = api.data(FILMS, id=str(world.cohort_id))["cohort"]
    assert after["memberCount"] == before["memberCount"] - 1
    assert after["film"]["ratedCount"] == before["film"]["ratedCount"] - 1
    assert api.data('{ member(username: "ben") { username } }') == {"member": None}
    assert api.data("{ viewer { member { username } } }", headers=ben.cookie) == {"viewer": {"member": None}}
    kept = (home / "erased-members.txt").read_text()
    assert len(kept.splitlines()) == 1 and "ben" not in kept
    with database.begin() as connection:
        assert erasures.among(connection, ["ben", "cho"]) == {"ben"}
        assert members.upsert(connection, {"ben": None}) == {}


def test_an_operator_erases_anybody_by_typing_the_name_twice(api, world, database, people):
    _, keeper = people
    assert erase(api, keeper.bearer("write"), "cho").codes == ["FORBIDDEN"]
    for name, field in (("not a name", "username"), ("\0", "username"), ("\ud800", "username")):
        assert erase(api, keeper.cookie, name)["data"]["eraseMember"]["userErrors"][0]["field"] == field
    assert erase(api, keeper.cookie, "cho", "dee")["data"]["eraseMember"]["userErrors"][0]["field"] == "confirm"
    with database.connect() as connection:
        there = "SELECT count(*) FROM members WHERE username IN ('cho', 'dee')"
        assert connection.execute(text(there)).scalar_one() == 2
    assert erase(api, keeper.bearer("operator"), "cho")["data"]["eraseMember"]["held"] is True
    assert erase(api, keeper.cookie, "cho")["data"]["eraseMember"]["held"] is False
    with database.connect() as connection:
        assert connection.execute(text(there)).scalar_one() == 1
