"""A share shows one cohort and nothing beside it, until it ends."""

from sqlalchemy import text

from schema import definitions
from schema.insights import cohort_details
from schema.store import cohorts, shares
from tests.api.tenants.roles import code
from tests.api.tenants.test_operations import WAYS


def test_a_share_shows_one_cohort_until_it_is_private_again(api, world, database, people, victim):
    sent = people["owner"].cookie
    share = "mutation ($cohort: ID!) { shareCohort(id: $cohort) { token path cohort { visibility } } }"
    made = api.data(share, headers=sent, cohort=victim["cohort"])["shareCohort"]
    assert made["cohort"]["visibility"] == "UNLISTED"
    query = "query ($token: String!) { sharedCohort(token: $token) { label members { totalCount } } }"
    shown = {"label": "Victim", "members": {"totalCount": 2}}
    assert api.data(query, token=made["token"])["sharedCohort"] == shown
    page = api.get(made["path"])
    assert page.status_code == 200 and "<h1>Victim</h1>" in page.text and page.text.count("<tr>") > 5
    # The share opens no other way to it.
    for document in (WAYS["cohort"], WAYS["adHocCohort"]):
        answer = api.ask(document, cohort=victim["cohort"])
        assert code(answer) == "NOT_FOUND" or answer["data"] == {"cohort": None}
    for token in (made["token"][:-1], made["token"] + "A", "", "x" * 5000, "\0", "\ud800"):
        assert api.data(query, token=token)["sharedCohort"] is None
    hide = "mutation ($cohort: ID!) { setCohortVisibility(id: $cohort, visibility: %s) { cohort { id } } }"
    for visibility in ("PRIVATE", "UNLISTED"):
        api.data(hide % visibility, headers=sent, cohort=victim["cohort"])
        assert api.data(query, token=made["token"])["sharedCohort"] is None
    assert api.get(made["path"]).status_code == 404


def test_a_share_can_end_by_itself(api, world, database, people, victim):
    share = """mutation ($cohort: ID!, $days: Int) { shareCohort(id: $cohort, expiresInDays: $days) {
        token userErrors { code field } } }"""
    query = "query ($token: String!) { sharedCohort(token: $token) { label } }"
    sent = people["owner"].cookie
    for days in (0, -1, 3651, 2**31 - 1):
        found = api.data(share, headers=sent, cohort=victim["cohort"], days=days)["shareCohort"]
        assert found == {"token": None, "userErrors": [{"code": "INVALID", "field": "expiresInDays"}]}
    token = api.data(share, headers=sent, cohort=victim["cohort"], days=7)["shareCohort"]["token"]
    assert api.data(query, token=token)["sharedCohort"]
    with database.begin() as connection:
        connection.execute(text("UPDATE shares SET expires_at = expires_at - interval '7 days'"))
    assert api.data(query, token=token)["sharedCohort"] is None


def test_a_cohort_built_on_another_s_loses_it_when_that_becomes_private(api, world, database, people):
    other = people["other"].account_id
    with database.begin() as connection:
        source = cohorts.create(connection, "Source", {"usernames": ["dee"]}, owner_id=people["owner"].account_id)
        cohorts.set_members(connection, source, [world.member_ids["dee"]])
        built = cohorts.create(connection, "Built", {"cohort": source}, owner_id=other, visibility="private")
        viewer = cohort_details.viewer_of(connection, built)
        assert definitions.resolve(connection, {"cohort": source}, viewer) == {world.member_ids["dee"]}
        shares.set_visibility(connection, source, "private")
        assert definitions.resolve(connection, {"cohort": source}, viewer) == set()
