"""How long a rating given upstream takes to the API: through a worker, its queue, the chain, and GraphQL over HTTP."""

import json
import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, text

from fixtures.backlot.testing import RunningBacklot, running
from schema.settings import REPOSITORY
from schema.store import accounts, cohorts, keys, members

LIMIT_SECONDS = 5.0
_PATIENCE_SECONDS = 120.0
_LOOK_SECONDS = 0.02

_SYNC = "mutation ($cohort: ID!, $full: Boolean!) { syncCohort(id: $cohort, full: $full) { run { id } } }"
_RUN = "query ($run: ID!) { syncRun(id: $run) { status } }"
_RATINGS = """query ($cohort: ID!, $slug: String!) {
  cohort(id: $cohort) { film(slug: $slug) { reactions(first: 100) { edges { node { member { username } rating } } } } }
}"""


def run(engine: Engine, *, num_members: int = 10, rounds: int = 5) -> dict:
    """Syncs a cohort whole; then, again and again, one of its members rates a film anew and a delta is asked for.

    Needs DATABASE_URL and REDIS_URL in the environment, for the worker and the API that it starts.
    """
    with running(weight="light", robots="open") as backlot:
        names = sorted(backlot.dataset.members)[:num_members]
        environment = {**os.environ, **backlot.environment, "ALMANAC_RATE_LIMIT": "0"}  # looked at fifty times a second
        with engine.begin() as connection:
            members.upsert(connection, dict.fromkeys(names))
            account = accounts.create(connection, "bench@example.org")
            cohort = cohorts.create(connection, "measured", {"usernames": names}, owner_id=account)
            _, secret = keys.create(connection, account, "bench", "write")
        with _program(environment, "worker"), _program(environment, "api", "--port", "0") as lines:
            api = _Api(next(lines), secret, cohort)
            api.finish(api.sync(full=True))
            took = [_round(engine, api, backlot, names[number % len(names)]) for number in range(rounds)]
    from_job, from_mutation = ([column[part] for column in took] for part in (0, 1))
    return {
        "members": num_members,
        "rounds": rounds,
        "seconds_from_a_job's_start_to_the_api": round(statistics.median(from_job), 2),
        "most": round(max(from_job), 2),
        "seconds_from_the_mutation": round(statistics.median(from_mutation), 2),
        "limit_seconds": LIMIT_SECONDS,
        "ok": max(from_job) <= LIMIT_SECONDS,
    }


def _round(engine: Engine, api: "_Api", backlot: RunningBacklot, name: str) -> tuple[float, float]:
    """Seconds from the start of a delta's job, and from the mutation asking for it, to its news in the API."""
    slug, before = next(iter(backlot.state(name)["ratings"].items()))
    backlot.control("rate", member=name, slug=slug, rating=11 - before)
    asked = time.time()
    run_id = api.sync(full=False)
    _wait(lambda: api.rating(name, slug) == (11 - before) / 2, f"{name}'s changed rating of {slug}")
    seen = time.time()
    api.finish(run_id)
    with engine.connect() as connection:
        started = connection.execute(
            text("SELECT extract(epoch FROM started_at) FROM sync_runs ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    return seen - float(started), seen - asked


class _Api:
    """A client of the API that the program `line` says it is listening at."""

    def __init__(self, line: str, key: str, cohort_id: int) -> None:
        self._url = re.search(r"http://\S+", line)[0].rstrip("/") + "/graphql"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._cohort = str(cohort_id)

    def sync(self, *, full: bool) -> str:
        return self._ask(_SYNC, cohort=self._cohort, full=full)["syncCohort"]["run"]["id"]

    def finish(self, run_id: str) -> None:
        _wait(lambda: self._ask(_RUN, run=run_id)["syncRun"]["status"] == "SUCCEEDED", f"the end of run {run_id}")

    def rating(self, username: str, slug: str) -> float | None:
        film = self._ask(_RATINGS, cohort=self._cohort, slug=slug)["cohort"]["film"]
        told = {edge["node"]["member"]["username"]: edge["node"]["rating"] for edge in film["reactions"]["edges"]}
        return told[username]

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        with urllib.request.urlopen(urllib.request.Request(self._url, body, self._headers), timeout=10) as response:
            answer = json.load(response)
        if "errors" in answer:
            raise RuntimeError(answer["errors"][0]["message"])
        return answer["data"]


@contextmanager
def _program(environment: dict[str, str], *arguments: str) -> Iterator[Iterator[str]]:
    """A program of ours while the block lasts; yields the lines that it prints."""
    command = [sys.executable, "-m", "cli", *arguments]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield iter(process.stdout)
        finally:
            process.terminate()


def _wait(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(_LOOK_SECONDS)
