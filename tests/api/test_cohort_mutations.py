"""Cohorts made, changed and synced over the API."""

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import text

from api.graphql.ids import key
from schema.insights import cohort_details
from schema.store import runs, steps
from tests.api.conftest import Api

CREATE = """mutation ($label: String!, $definition: CohortDefinition!) {
    createCohort(label: $label, definition: $definition) {
        cohort { id label version visibility mine memberCount members { edges { node { username } } } }
        userErrors { code field message } } }"""
RUN = """mutation ($id: ID!) { it: %s(id: $id) {
    run { id kind status steps { name } } userErrors { code field message } } }"""


@pytest.fixture(autouse=True)
def no_cohorts(database, ada):
    with database.begin() as connection:
        connection.execute(text("DELETE FROM cohorts WHERE owner_id IS NOT NULL"))


def create(api, ada, label="Mine", definition=None):
    return api.data(CREATE, headers=ada.bearer("write"), label=label, definition=definition or {"usernames": ["ben"]})[
        "createCohort"
    ]


def test_a_cohort_begins_with_whom_is_known_and_is_one_s_own(api, ada):
    made = create(api, ada, "  My \t circle ", {"usernames": ["BEN", "not_here_yet"]})
    assert made["userErrors"] == []
    cohort = made["cohort"]
    assert (cohort["label"], cohort["visibility"], cohort["mine"], cohort["memberCount"]) == (
        "My circle",
        "PRIVATE",
        True,
        1,
    )
    assert cohort["members"]["edges"] == [{"node": {"username": "ben"}}]


@pytest.mark.parametrize(("visibility", "seen"), [("PRIVATE", False), ("UNLISTED", False), ("PUBLIC", True)])
def test_a_cohort_may_be_public_from_the_start(api, ada, visibility, seen):
    create = """mutation ($to: Visibility!) {
        createCohort(label: "Mine", definition: {usernames: ["ben"]}, visibility: $to) { cohort { id visibility } } }"""
    made = api.data(create, headers=ada.bearer("write"), to=visibility)["createCohort"]["cohort"]
    assert made["visibility"] == visibility
    found = api.data("query ($id: ID!) { cohort(id: $id) { label } }", id=made["id"])["cohort"]
    assert found == ({"label": "Mine"} if seen else None)


@pytest.mark.parametrize(
    ("label", "definition", "field", "code"),
    [
        ("", {"usernames": ["ben"]}, "label", "INVALID"),
        ("17", {"usernames": ["ben"]}, "label", "INVALID"),
        ("x" * 121, {"usernames": ["ben"]}, "label", "INVALID"),
        ("nul\0", {"usernames": ["ben"]}, "label", "INVALID"),
        ("\ud800", {"usernames": ["ben"]}, "label", "INVALID"),
        ("ok", {"usernames": []}, "definition", "INVALID"),
        ("ok", {"usernames": ["http://169.254.169.254/"]}, "definition", "INVALID"),
        ("ok", {"following": "../../admin"}, "definition", "INVALID"),
        ("ok", {"followers": "a b"}, "definition", "INVALID"),
        ("ok", {"union": [{"following": "evil.example/x?"}]}, "definition", "INVALID"),
    ],
)
def test_what_a_person_can_mend_is_a_user_error(api, ada, label, definition, field, code):
    made = create(api, ada, label, definition)
    assert made["cohort"] is None
    assert [(error["code"], error["field"]) for error in made["userErrors"]] == [(code, field)]


def test_renaming_and_redefining(api, ada, database):
    first, _ = create(api, ada, "First")["cohort"], create(api, ada, "Second")
    rename = """mutation ($id: ID!, $label: String!) { renameCohort(id: $id, label: $label) {
        cohort { label } userErrors { code } } }"""
    sent = ada.bearer("write")
    assert api.data(rename, headers=sent, id=first["id"], label="Third")["renameCohort"]["cohort"] == {"label": "Third"}
    taken = api.data(rename, headers=sent, id=first["id"], label="Second")["renameCohort"]
    assert taken == {"cohort": None, "userErrors": [{"code": "TAKEN"}]}
    redefine = """mutation ($id: ID!, $to: CohortDefinition!) { redefineCohort(id: $id, definition: $to) {
        cohort { version members { edges { node { username } } } } userErrors { code field } } }"""
    changed = api.data(redefine, headers=sent, id=first["id"], to={"following": "ada"})["redefineCohort"]["cohort"]
    assert changed["version"] > first["version"] and len(changed["members"]["edges"]) == 6
    wrong = api.data(redefine, headers=sent, id=first["id"], to={"usernames": ["a b"]})["redefineCohort"]
    assert wrong == {"cohort": None, "userErrors": [{"code": "INVALID", "field": "definition"}]}
    with database.connect() as connection:
        assert cohort_details.definition_of(connection, key("Cohort", first["id"], "id")) == {"following": "ada"}


def test_one_account_has_so_many_cohorts_and_no_more(api, ada, database):
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO cohorts (label, definition, owner_id, visibility)"
                " SELECT 'n' || n, '{}', :owner, 'private' FROM generate_series(1, 199) n"
            ),
            {"owner": ada.account_id},
        )
    assert create(api, ada, "200th")["cohort"]
    assert create(api, ada, "201st")["userErrors"][0]["code"] == "TOO_MANY"


def test_a_sync_is_queued_once_and_workers_are_told(database, world, ada, redis_url):
    Redis.from_url(redis_url).flushall()
    api = Api(database, redis_url)
    cohort = create(api, ada)["cohort"]
    sent = ada.bearer("write")
    first = api.data(RUN % "syncCohort", headers=sent, id=cohort["id"])["it"]
    assert (first["run"]["kind"], first["run"]["status"], first["userErrors"]) == ("delta", "QUEUED", [])
    assert [step["name"] for step in first["run"]["steps"]] == ["refresh", "crawl", "enrich", "stats", "rankings"]
    again = api.data(RUN % "syncCohort", headers=sent, id=cohort["id"])["it"]
    assert again["run"]["id"] == first["run"]["id"]
    assert api.data(RUN % "refreshCohort", headers=sent, id=cohort["id"])["it"]["run"]["id"] == first["run"]["id"]
    (job,) = Queue("sync", connection=Redis.from_url(redis_url)).jobs
    assert (job.func_name, job.args) == ("jobs.tasks.advance", (key("SyncRun", first["run"]["id"], "id"),))


@pytest.mark.parametrize(("full", "kind"), [(True, "full"), (False, "delta")])
def test_a_sync_may_be_asked_to_read_everything(api, ada, full, kind):
    sync = "mutation ($id: ID!, $full: Boolean!) { syncCohort(id: $id, full: $full) { run { kind status } } }"
    cohort = create(api, ada)["cohort"]
    run = api.data(sync, headers=ada.bearer("write"), id=cohort["id"], full=full)["syncCohort"]["run"]
    assert run == {"kind": kind, "status": "QUEUED"}


def test_a_sync_is_queued_while_redis_is_away(database, world, ada):
    api = Api(database, "redis://127.0.0.1:1/0")
    cohort = create(api, ada)["cohort"]
    assert api.data(RUN % "syncCohort", headers=ada.bearer("write"), id=cohort["id"])["it"]["run"]["status"] == "QUEUED"


def test_one_account_has_so_many_runs_at_once(api, ada):
    sent = ada.bearer("write")
    made = [create(api, ada, f"Cohort {n}")["cohort"]["id"] for n in range(4)]
    answers = [api.data(RUN % "syncCohort", headers=sent, id=each)["it"] for each in made]
    assert [bool(answer["run"]) for answer in answers] == [True, True, True, False]
    assert answers[3]["userErrors"][0]["code"] == "TOO_MANY"


def test_a_refresh_is_no_sync(api, ada, database):
    cohort = create(api, ada)["cohort"]
    run = api.data(RUN % "refreshCohort", headers=ada.bearer("write"), id=cohort["id"])["it"]["run"]
    assert (run["kind"], [step["name"] for step in run["steps"]]) == ("refresh", ["refresh"])
    cohort_id, run_id = key("Cohort", cohort["id"], "id"), key("SyncRun", run["id"], "id")
    with database.begin() as connection:
        part = steps.start(connection, run_id, "refresh", 0, 1)
        steps.finish(connection, part, {"members": 1})
        runs.finish(connection, run_id, "succeeded")
        assert cohort_id in {due.cohort_id for due in runs.due_cohorts(connection)}
        assert [each.synced_at for each in cohort_details.by_name(connection, "Mine")] == [None]


def test_deleting(api, ada, world, database):
    cohort = create(api, ada)["cohort"]
    remove = "mutation ($id: ID!) { deleteCohort(id: $id) { deletedId userErrors { code } } }"
    removed = api.data(remove, headers=ada.bearer("write"), id=cohort["id"])["deleteCohort"]
    assert removed == {"deletedId": cohort["id"], "userErrors": []}
    assert api.ask(remove, headers=ada.bearer("write"), id=cohort["id"]).codes == ["NOT_FOUND"]
    assert api.data('{ member(username: "ben") { username } }')["member"]
