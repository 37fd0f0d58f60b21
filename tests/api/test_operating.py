"""What operators do over the API: hosts paused and resumed, runs done again, gaps filled; workers are told."""

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import text

from api.graphql.ids import global_id
from schema.store import hosts, metadata, runs
from tests.api.conftest import Api
from tests.api.people import person

PAUSE = """mutation ($host: String, $reason: String!) { pauseHost(host: $host, reason: $reason) {
    host { host reason pausedBy pausedAt quietUntil } userErrors { code field message } } }"""
RESUME = """mutation ($host: String) { resumeHost(host: $host) {
    runs { id status } userErrors { code field message } } }"""
HOSTS = "{ hosts { host reason pausedBy pausedAt quietUntil } }"
REPLAY = "mutation ($id: ID!) { replayRun(id: $id) { run { id kind steps { name } } userErrors { field message } } }"
BACKFILL = """mutation ($id: ID!, $budget: Int) { backfillCohort(id: $id, budget: $budget) {
    run { id kind steps { name } } userErrors { code field message } } }"""


@pytest.fixture(scope="module")
def keeper(database, world):
    return person(database, world, "keeper", operator=True)


@pytest.fixture
def queue(redis_url):
    found = Queue("sync", connection=Redis.from_url(redis_url))
    found.empty()
    yield found
    found.empty()


@pytest.fixture
def operate(database, redis_url, keeper, queue):
    """Asks as an operator, of an application with a queue."""
    api = Api(database, redis_url)
    return lambda document, **variables: api.data(document, headers=keeper.bearer("operator"), **variables)


def go(queue):
    """Which runs workers have been told to look after."""
    return [job.args for job in queue.jobs if job.func_name == "jobs.tasks.advance"]


def test_a_pause_is_shown_and_its_first_reason_stays(operate, database, keeper):
    assert operate(HOSTS) == {"hosts": []}
    paused = operate(PAUSE, host=" Mirror.example:8080 ", reason="they  wrote\nto us")["pauseHost"]
    assert paused["userErrors"] == []
    assert (paused["host"]["host"], paused["host"]["reason"]) == ("mirror.example:8080", "they wrote to us")
    assert paused["host"]["pausedBy"] == keeper.email and paused["host"]["pausedAt"]
    again = operate(PAUSE, host="mirror.example:8080", reason="something else")["pauseHost"]
    assert again == paused
    with database.begin() as connection:
        hosts.hold(connection, "slow.example", 60)
    everything = operate(PAUSE, reason="a rest")["pauseHost"]["host"]
    quiet = {"host": "slow.example", "reason": None, "pausedBy": None, "pausedAt": None}
    shown = operate(HOSTS)["hosts"]
    assert shown[:2] == [everything, paused["host"]] and everything["host"] is None
    assert shown[2].pop("quietUntil") and shown[2] == quiet
    with database.connect() as connection:  # what crawls look at
        assert hosts.standing(connection, "mirror.example:8080").paused == "a rest"
    for host in ("mirror.example:8080", None):
        assert operate(RESUME, host=host)["resumeHost"]["userErrors"] == []
    not_paused = operate(RESUME, host="mirror.example:8080")["resumeHost"]
    assert not_paused == {
        "runs": None,
        "userErrors": [
            {
                "code": "INVALID",
                "field": "host",
                "message": "Mirror.example:8080 is not paused; paused is nothing.",
            }
        ],
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": " \n "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "\0"}, "reason"),
        ({"reason": "why", "host": "https://mirror.example/films"}, "host"),
        ({"reason": "why", "host": "*"}, "host"),
        ({"reason": "why", "host": ""}, "host"),
    ],
)
def test_what_cannot_be_paused_names_its_argument(operate, given, field):
    answer = operate(PAUSE, **given)["pauseHost"]
    assert answer["host"] is None and [error["field"] for error in answer["userErrors"]] == [field]
    assert not any(host["pausedAt"] for host in operate(HOSTS)["hosts"])


def test_paused_runs_go_on_when_their_host_is_resumed(operate, database, keeper, queue):
    assert operate(PAUSE, host="mirror.example", reason="a rest")["pauseHost"]["host"]
    with database.begin() as connection:
        runs.finish(connection, keeper.run_id, "paused", "crawl: mirror.example is paused: a rest")
    resumed = operate(RESUME, host="mirror.example")["resumeHost"]
    assert resumed["runs"] == [{"id": global_id("SyncRun", keeper.run_id), "status": "QUEUED"}]
    assert go(queue) == [(keeper.run_id,)]


def test_a_run_is_replayed_once_however_often_it_is_asked_for(operate, database, keeper, queue):
    with database.begin() as connection:
        runs.finish(connection, keeper.run_id, "failed", "no reason")
        by_hand = runs.open_run(connection, "crawl")
    asked = {"id": global_id("SyncRun", keeper.run_id)}
    first, second = operate(REPLAY, **asked)["replayRun"], operate(REPLAY, **asked)["replayRun"]
    assert first == second and first["userErrors"] == []
    assert (first["run"]["kind"], len(first["run"]["steps"])) == ("delta", 5)
    assert len(go(queue)) == 1
    refused = operate(REPLAY, id=str(by_hand))["replayRun"]
    assert refused["run"] is None
    assert refused["userErrors"][0]["field"] == "id" and "of no cohort" in refused["userErrors"][0]["message"]
    api, sent = Api(database), keeper.bearer("operator")
    assert api.ask(REPLAY, headers=sent, id="987654").codes == ["NOT_FOUND"]
    assert api.ask(BACKFILL, headers=sent, id="987654").codes == ["NOT_FOUND"]


def test_a_backfill_makes_what_failed_due_and_leaves_members_alone(operate, database, world, queue):
    with database.begin() as connection:
        metadata.fail(connection, [world.film_ids["stalker"]], "tmdb", "no answer")
    asked = {"id": global_id("Cohort", world.cohort_id)}
    for budget in (-1, 100_001):
        error = operate(BACKFILL, budget=budget, **asked)["backfillCohort"]["userErrors"][0]
        assert (error["code"], error["field"]) == ("INVALID", "budget")
    found = operate(BACKFILL, budget=40, **asked)["backfillCohort"]
    assert found["run"]["kind"] == "backfill"
    assert [step["name"] for step in found["run"]["steps"]] == ["enrich", "stats", "rankings"]
    assert operate(BACKFILL, **asked)["backfillCohort"] == found
    assert len(go(queue)) == 1
    with database.connect() as connection:
        waiting = "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed' AND next_attempt_at > now()"
        assert connection.execute(text(waiting)).scalar_one() == 0
        budgets = "SELECT DISTINCT arguments -> 'budget' FROM sync_steps WHERE name = 'enrich' AND arguments ? 'budget'"
        assert connection.execute(text(budgets)).scalars().all() == [40]
