"""API keys: made, used, ended, and what a bad one gets."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from api.graphql.ids import global_id
from schema.insights import accounts as looking
from schema.store import keys
from tests.api.conftest import Api

VIEWER = """{ viewer { id email scope apiKeys { id name hint scope createdAt expiresAt lastUsedAt }
    savedFilters { name filter } } }"""
MAKE = """mutation ($name: String!, $scope: Scope, $days: Int) {
    createApiKey(name: $name, scope: $scope, expiresInDays: $days) {
        secret key { id name hint scope expiresAt } userErrors { code field message } } }"""


def bearer(key):
    return {"authorization": f"Bearer {key}"}


def status(api, header):
    async def work(http):
        answer = await http.post("/graphql", json={"query": "{ viewer { email } }"}, headers={"authorization": header})
        return answer.status_code, answer.json(), answer.headers

    return api.use(work)


def test_a_key_is_shown_once_and_works_until_it_is_revoked(api, ada):
    made = api.data(MAKE, headers=ada.cookie, name=" for  the app ", scope="WRITE", days=30)["createApiKey"]
    secret = made["secret"]
    assert made["userErrors"] == [] and secret.startswith("almanac_") and len(secret) > 45
    assert (made["key"]["name"], made["key"]["scope"]) == ("for the app", "WRITE")
    assert made["key"]["hint"] == secret[: len(made["key"]["hint"])] and len(made["key"]["hint"]) < 16
    found = api.data(VIEWER, headers=bearer(secret))["viewer"]
    assert (found["email"], found["scope"]) == (ada.email, "WRITE")
    (mine,) = [key for key in found["apiKeys"] if key["id"] == made["key"]["id"]]
    assert mine["lastUsedAt"] and mine["expiresAt"]
    made_at, ends_at = (datetime.fromisoformat(mine[name]) for name in ("createdAt", "expiresAt"))
    assert (ends_at - made_at).days in {29, 30} and abs((datetime.now(UTC) - made_at).total_seconds()) < 60
    assert found["id"] == global_id("Account", ada.account_id)
    assert secret not in str(found)

    revoke = "mutation ($id: ID!) { revokeApiKey(id: $id) { revokedId userErrors { code } } }"
    revoked = api.data(revoke, headers=ada.cookie, id=mine["id"])["revokeApiKey"]
    assert revoked == {"revokedId": mine["id"], "userErrors": []}
    assert status(api, f"Bearer {secret}")[0] == 401
    listed = api.data(VIEWER, headers=ada.cookie)["viewer"]["apiKeys"]
    assert mine["id"] not in [key["id"] for key in listed]


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "Bearer x",
        "Bearer almanac_" + "A" * 43,
        "Basic YTpi",
        "almanac_x",
        "Bearer \u00fc",
        "Bearer a b",
    ],
)
def test_a_bad_key_is_refused_and_never_taken_for_nobody(api, world, header):
    found, answer, headers = status(api, header.encode("latin-1"))
    assert found == 401 and headers["www-authenticate"] == "Bearer"
    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"} and "almanac_A" not in str(answer)


def test_a_key_ends_by_itself(api, database, ada):
    secret = api.data(MAKE, headers=ada.cookie, name="short", days=1)["createApiKey"]["secret"]
    assert status(api, f"bearer {secret}")[0] == 200
    with database.begin() as connection:
        connection.execute(text("UPDATE api_keys SET expires_at = now() WHERE name = 'short'"))
    assert status(api, f"Bearer {secret}")[0] == 401


def test_a_session_beside_a_bad_key_does_not_help(api, ada):
    async def work(http):
        sent = {**ada.cookie, "authorization": "Bearer nonsense"}
        return (await http.post("/graphql", json={"query": "{ viewer { email } }"}, headers=sent)).status_code

    assert api.use(work) == 401


def test_mistakes_are_told_and_nothing_is_made(api, database, ada):
    for given, field in (
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x", "days": 0}, "expiresInDays"),
    ):
        made = api.data(MAKE, headers=ada.cookie, **given)["createApiKey"]
        assert (made["secret"], made["userErrors"][0]["code"], made["userErrors"][0]["field"]) == (
            None,
            "INVALID",
            field,
        )
    assert (
        api.data(MAKE, headers=ada.cookie, name="x", days=0)["createApiKey"]["userErrors"][0]["field"]
        == "expiresInDays"
    )
    assert api.ask(MAKE, headers=ada.cookie, name="x", scope="OPERATOR").codes == ["FORBIDDEN"]
    with database.connect() as connection:
        assert not [row for row in looking.keys_of(connection, ada.account_id) if row.name == "x"]


def test_one_account_has_so_many_keys_and_no_more(api, database, ada):
    with database.begin() as connection:
        have = len(looking.keys_of(connection, ada.account_id))
        for _ in range(have, 50):
            keys.create(connection, ada.account_id, "many", "read")
    made = api.data(MAKE, headers=ada.cookie, name="one more")["createApiKey"]
    assert (made["secret"], made["userErrors"][0]["code"]) == (None, "TOO_MANY")
    with database.begin() as connection:
        connection.execute(text("DELETE FROM api_keys WHERE name = 'many'"))


def test_the_use_of_a_key_is_noted_now_and_then_and_not_each_time(api, database, ada):
    sent = ada.bearer("read")
    noted = [any("last_used_at = now()" in each for each in api.ask(VIEWER, headers=sent).statements) for _ in range(2)]
    assert noted == [True, False]


def test_a_key_is_looked_up_by_its_hash_alone(database):
    """So the time that it takes says nothing of how much of a guess was right."""
    with database.connect() as connection:
        connection.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(
            connection.execute(text("EXPLAIN SELECT 1 FROM api_keys WHERE secret_hash = '\\x00'")).scalars()
        )
    assert "uq_api_keys_secret_hash" in plan


def test_without_anonymous_reading_everyone_needs_a_key(database, ada):
    closed = Api(database, anonymous="none")

    async def work(http):
        nobody = await http.post("/graphql", json={"query": "{ cohorts { totalCount } }"})
        someone = await http.post("/graphql", json={"query": "{ cohorts { totalCount } }"}, headers=ada.bearer("read"))
        shared = await http.get("/s/whatever")
        pages = [(await http.get(path)).status_code for path in ("/", "/sign-in", "/healthz")]
        return (
            nobody.status_code,
            nobody.json()["errors"][0]["extensions"]["code"],
            someone.json(),
            shared.status_code,
            pages,
        )

    status, code, answer, shared, pages = closed.use(work)
    assert (status, code, shared, pages) == (401, "UNAUTHENTICATED", 401, [200, 200, 200])
    assert answer["data"]["cohorts"]["totalCount"] >= 3


def test_saved_filters_are_kept_under_their_names(api, ada):
    save = """mutation ($name: String!, $filter: JSON!) { saveFilter(name: $name, filter: $filter) {
        savedFilter { id name filter } userErrors { code field } } }"""
    first = api.data(save, headers=ada.cookie, name="Long ones", filter={"runtime": {"min": 180}})["saveFilter"]
    again = api.data(save, headers=ada.bearer("write"), name="Long ones", filter={"search": "\u00e9"})["saveFilter"]
    assert first["savedFilter"]["id"] == again["savedFilter"]["id"]
    assert api.data(VIEWER, headers=ada.bearer("read"))["viewer"]["savedFilters"] == [
        {"name": "Long ones", "filter": {"search": "\u00e9"}}
    ]
    for wrong in ([], "x", 5, {"a": "\u0000"}, {"\ud800": [1]}, {"a": [float("nan")]}, {"a": "x" * 10_000}):
        answer = api.data(save, headers=ada.cookie, name="Wrong", filter=wrong)["saveFilter"]
        assert answer == {"savedFilter": None, "userErrors": [{"code": "INVALID", "field": "filter"}]}
    remove = "mutation ($id: ID!) { deleteSavedFilter(id: $id) { deletedId userErrors { code } } }"
    removed = api.data(remove, headers=ada.cookie, id=first["savedFilter"]["id"])["deleteSavedFilter"]
    assert removed == {"deletedId": first["savedFilter"]["id"], "userErrors": []}
    assert api.ask(remove, headers=ada.cookie, id=first["savedFilter"]["id"]).codes == ["NOT_FOUND"]
    assert api.ask(remove, headers=ada.cookie, id=global_id("ApiKey", 1)).codes == ["BAD_USER_INPUT"]
