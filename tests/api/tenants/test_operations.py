"""Every operation by everyone: what one may not see does not exist for them, and what is not theirs stays as it is."""

import json

import pytest
from graphql import build_schema, get_named_type
from sqlalchemy import text

from api.graph import sdl
from tests.api.tenants.roles import CHANGES, ROLES, SEES, ask_all, code, headers, names

SCHEMA = build_schema(sdl())
NOWHERE = 987_654

# How each query leads to a cohort or a run; $cohort and $run are global ids, $number is the plain one.
WAYS = {
    "cohort": "query ($cohort: ID!) { cohort(id: $cohort) { id } }",
    "cohort by number": "query ($number: ID!) { cohort(id: $number) { label members { totalCount } } }",
    "adHocCohort": "query ($cohort: ID!) { adHocCohort(definition: {cohort: $cohort}) { memberCount } }",
    "adHocCohort, nested": """query ($cohort: ID!) { adHocCohort(definition: {difference: {of: {usernames: ["dee"]},
        minus: {union: [{usernames: ["fay"]}, {intersection: [{cohort: $cohort}]}]}}}) { memberCount } }""",
    "adHocCohort, ratedBy": """query ($cohort: ID!) { adHocCohort(definition: {usernames: ["dee"]}) {
        films(filter: {ratedBy: {cohort: $cohort}}) { totalCount } } }""",
    "syncRun": "query ($run: ID!) { syncRun(id: $run) { id } }",
}

# Each mutation on something of the owner's; $cohort, $key and $filter are theirs.
MUTATIONS = {
    "renameCohort": 'mutation ($cohort: ID!) { it: renameCohort(id: $cohort, label: "Renamed") { cohort { id } } }',
    "redefineCohort": """mutation ($cohort: ID!) { it: redefineCohort(id: $cohort, definition: {usernames: ["dee"]})
        { cohort { id } } }""",
    "setCohortVisibility": """mutation ($cohort: ID!) { it: setCohortVisibility(id: $cohort, visibility: UNLISTED)
        { cohort { id } } }""",
    "shareCohort": "mutation ($cohort: ID!) { it: shareCohort(id: $cohort) { token } }",
    "syncCohort": "mutation ($cohort: ID!) { it: syncCohort(id: $cohort) { run { id } } }",
    "refreshCohort": "mutation ($cohort: ID!) { it: refreshCohort(id: $cohort) { run { id } } }",
    "deleteCohort": "mutation ($cohort: ID!) { it: deleteCohort(id: $cohort) { deletedId } }",
    "revokeApiKey": "mutation ($key: ID!) { it: revokeApiKey(id: $key) { revokedId } }",
    "deleteSavedFilter": "mutation ($filter: ID!) { it: deleteSavedFilter(id: $filter) { deletedId } }",
}
# Mutations that make something of the asker's own, or are about the member whose account it is.
MAKING = {
    "createCohort": 'mutation { it: createCohort(label: "New", definition: {usernames: ["ben"]}) { cohort { id } } }',
    "createApiKey": 'mutation { it: createApiKey(name: "new") { secret } }',
    "saveFilter": 'mutation { it: saveFilter(name: "new", filter: {}) { savedFilter { id } } }',
    "withdrawSource": "mutation { it: withdrawSource(source: EXPORT) { removed } }",
    "importExport": 'mutation { it: importExport(file: "none") { run { id } } }',
}
# What concerns the whole instance, and members for good.
OPERATING = {
    "retryEnrichment": "mutation { it: retryEnrichment(kind: TMDB) { entries } }",
    "enrichmentQueue": "{ it: enrichmentQueue { totalCount } }",
    "pauseHost": 'mutation { it: pauseHost(host: "mirror.example", reason: "asked to") { host { reason } } }',
    "hosts": "{ it: hosts { host reason pausedBy } }",
    "resumeHost": 'mutation { it: resumeHost(host: "mirror.example") { runs { id } } }',
    "replayRun": "mutation ($run: ID!) { it: replayRun(id: $run) { run { id } } }",
    "backfillCohort": "mutation ($cohort: ID!) { it: backfillCohort(id: $cohort) { run { id } } }",
    "eraseMember": """mutation { it: eraseMember(username: "nobody_here", confirm: "nobody_here") {
        held userErrors { message } } }""",
}
QUERIES_OF_OPERATORS = {"enrichmentQueue", "hosts"}


def state(database):
    """Everything that could have been changed, as text."""
    tables = ("cohorts", "cohort_members", "sync_runs", "shares", "api_keys", "saved_filters", "accounts")
    tables += ("hosts", "erased_members", "sync_steps", "film_metadata_sync")
    with database.connect() as connection:
        return {table: sorted(connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()) for table in tables}


def test_every_mutation_is_tried():
    assert set(SCHEMA.mutation_type.fields) == (set(MUTATIONS) | set(MAKING) | set(OPERATING)) - QUERIES_OF_OPERATORS


def test_every_argument_that_names_something_is_tried():
    named = {
        field
        for field, definition in SCHEMA.query_type.fields.items()
        for argument in definition.args.values()
        if str(get_named_type(argument.type)) in {"ID", "CohortDefinition"}
    }
    assert named == {name.partition(" ")[0].rstrip(",") for name in WAYS}


@pytest.mark.parametrize("role", ROLES)
def test_what_one_may_not_see_does_not_exist(api, world, people, victim, role):
    sent = headers(people, role)
    found = ask_all(api, WAYS, victim, sent)
    missing = ask_all(api, WAYS, names(*[NOWHERE] * 4), sent)
    if role in SEES:
        assert all("errors" not in answer for answer in found.values()), found
        assert all(next(iter(answer["data"].values())) for answer in found.values())
        assert found != missing
    else:
        # Word for word the same as for an id that nothing has.
        nothing = json.dumps(missing).replace(str(NOWHERE), victim["number"])
        assert json.dumps(found) == nothing


@pytest.mark.parametrize("role", ROLES)
def test_lists_hold_what_one_may_see(api, world, people, role):
    query = """query ($mine: Boolean!) { cohorts(mine: $mine, first: 100) {
        totalCount edges { node { label mine visibility } } } }"""
    sent = headers(people, role)
    answers = [api.data(query, headers=sent, mine=mine)["cohorts"] for mine in (False, True)]
    everything, mine = ([edge["node"] for edge in answer["edges"]] for answer in answers)
    assert [answer["totalCount"] for answer in answers] == [len(everything), len(mine)]
    labels = {node["label"] for node in everything}
    assert {"Ada's circle", "Best friends", "Nobody yet"} <= labels
    assert ("owner's own" in labels) == (role in SEES)
    name = role.partition(" ")[0]
    assert {node["label"] for node in mine if "own" in node["label"]} == (
        {f"{name}'s own"} if name in people else set()
    )
    assert all(node["mine"] for node in mine)


@pytest.mark.parametrize("role", sorted(set(ROLES) - CHANGES))
def test_what_is_not_one_s_own_stays_as_it_is(api, world, database, people, victim, role):
    sent = headers(people, role)
    before = state(database)
    answers = ask_all(api, MUTATIONS, victim, sent)
    expected = "UNAUTHENTICATED" if role == "nobody" else "FORBIDDEN" if role.endswith("read") else "NOT_FOUND"
    codes = {name: code(answer) for name, answer in answers.items()}
    assert codes == dict.fromkeys(MUTATIONS, expected) | (
        {"revokeApiKey": "FORBIDDEN"} if role.endswith("write") else {}  # a key manages no keys
    )
    assert all(answer["data"] is None for answer in answers.values())
    assert state(database) == before


@pytest.mark.parametrize("role", sorted(CHANGES))
def test_what_is_one_s_own_or_an_operator_s_can_be_changed(api, world, database, people, victim, role):
    answers = ask_all(api, MUTATIONS, victim, headers(people, role))
    codes = {name: code(answer) for name, answer in answers.items() if "errors" in answer}
    # Keys and filters are an account's alone, and a key manages no keys.
    if role.startswith("operator"):
        assert codes == {
            "revokeApiKey": "FORBIDDEN" if role == "operator key" else "NOT_FOUND",
            "deleteSavedFilter": "NOT_FOUND",
        }
    else:
        assert codes == ({"revokeApiKey": "FORBIDDEN"} if role == "owner write" else {})
    for name in set(MUTATIONS) - set(codes):
        assert all(answers[name]["data"]["it"].values()), name
    assert answers["syncCohort"]["data"]["it"]["run"] == answers["refreshCohort"]["data"]["it"]["run"]


@pytest.mark.parametrize("role", ROLES)
def test_a_public_cohort_can_be_seen_by_all_and_changed_by_its_owner(api, world, database, people, role):
    before = state(database)
    with database.connect() as connection:
        run = connection.execute(text("SELECT max(id) FROM sync_runs")).scalar()
    variables = names(world.cohort_id, run, 1, 1)
    mine = {name: document for name, document in MUTATIONS.items() if "$cohort" in document}
    sent = headers(people, role)
    seen = ask_all(api, {name: WAYS[name] for name in ("cohort", "adHocCohort")}, variables, sent)
    assert all("errors" not in answer for answer in seen.values())
    if role.startswith("operator") and role in SEES:
        return
    expected = "UNAUTHENTICATED" if role == "nobody" else "FORBIDDEN"
    assert {code(answer) for answer in ask_all(api, mine, variables, sent).values()} == {expected}
    assert state(database) == before


@pytest.mark.parametrize("role", ROLES)
def test_who_may_make_something(api, world, database, people, role):
    answers = ask_all(api, MAKING, {}, headers(people, role))
    codes = {name: code(answer) for name, answer in answers.items()}
    if role == "nobody":
        assert set(codes.values()) == {"UNAUTHENTICATED"}
    elif role.endswith("read"):
        assert set(codes.values()) == {"FORBIDDEN"}
    else:
        assert codes["createCohort"] is codes["saveFilter"] is None
        assert codes["createApiKey"] == (None if role.endswith("session") else "FORBIDDEN")
        assert codes["withdrawSource"] == "FORBIDDEN"  # the account is no member's
        assert codes["importExport"] == "BAD_USER_INPUT"  # which they may try
    with database.begin() as connection:
        connection.execute(text("DELETE FROM cohorts WHERE label = 'New'"))


@pytest.mark.parametrize("role", ROLES)
def test_what_concerns_all_is_for_operators(api, world, database, people, victim, role):
    before = state(database)
    answers = ask_all(api, OPERATING, victim, headers(people, role))
    may = role in {"operator key", "operator session"}
    refused = "UNAUTHENTICATED" if role == "nobody" else "FORBIDDEN"
    assert {name: code(answer) for name, answer in answers.items()} == dict.fromkeys(
        OPERATING, None if may else refused
    )
    if may:
        assert answers["hosts"]["data"]["it"] == [
            {"host": "mirror.example", "reason": "asked to", "pausedBy": people["operator"].email}
        ]
        assert answers["replayRun"]["data"]["it"]["run"] == {"id": victim["run"]}  # it is under way
        assert answers["eraseMember"]["data"]["it"] == {"held": False, "userErrors": []}
    else:
        assert state(database) == before


def test_an_operator_s_power_needs_the_scope_and_the_office(api, world, database, people):
    query = "query ($id: ID!) { cohort(id: $id) { label } viewer { scope } }"
    asked = {"id": str(people["owner"].cohort_id)}
    operator = people["operator"]
    assert api.data(query, headers=operator.bearer("write"), **asked) == {"cohort": None, "viewer": {"scope": "WRITE"}}
    # Someone who is no operator holds a key that says so.
    found = api.data(query, headers=people["other"].bearer("operator"), **asked)
    assert found == {"cohort": None, "viewer": {"scope": "WRITE"}}
    for sent in (operator.bearer("operator"), operator.cookie):
        assert api.data(query, headers=sent, **asked)["cohort"]
    with database.begin() as connection:
        connection.execute(text("UPDATE accounts SET operator = false WHERE id = :id"), {"id": operator.account_id})
    for sent in (operator.bearer("operator"), operator.cookie):
        assert api.data(query, headers=sent, **asked) == {"cohort": None, "viewer": {"scope": "WRITE"}}
    with database.begin() as connection:
        connection.execute(text("UPDATE accounts SET operator = true WHERE id = :id"), {"id": operator.account_id})


def test_labels_of_others_are_nobody_s_business(api, world, people, victim):
    make = """mutation ($label: String!) { createCohort(label: $label, definition: {usernames: ["ben"]}) {
        cohort { id } userErrors { code field message } } }"""
    assert api.data(make, headers=people["other"].cookie, label="Victim")["createCohort"]["cohort"]
    taken = api.data(make, headers=people["owner"].cookie, label=" Victim ")["createCohort"]
    (error,) = taken["userErrors"]
    assert (taken["cohort"], error["code"], error["field"]) == (None, "TAKEN", "label")
