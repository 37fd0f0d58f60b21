"""The guides: every query in them is run, and what the front-end guide says of limits is what holds."""

import json
import re
from pathlib import Path

import pytest

from api.graphql import limits
from api.graphql.connections import DEFAULT_PAGE, MAX_PAGE
from fixtures.backlot.dataset import load
from schema.store import syncs
from tests.api.conftest import JSON

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "front-end.md").read_text()
GUIDES = "\n".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FOUND = re.findall(r"```graphql\n(.*?)```\n(?:```json\n(.*?)```)?", GUIDES, re.S)
# The one subscription is run in test_subscriptions.py.
EXAMPLES = [(query, variables) for query, variables in FOUND if not query.startswith("subscription")]
# Members of the demo, which the guide speaks of, and who stands for them here.
STAND_IN = {"longtake_lena": "ben", "silt_and_rain": "cho"}
BODIES = re.findall(r"curl[^`]*?/graphql[^`]*?-d '(\{.*?\})'", GUIDES, re.S)


def holes(value: object) -> bool:
    """Whether an answer is empty: nothing but nulls and empty lists."""
    if isinstance(value, dict):
        return all(map(holes, value.values()))
    return all(map(holes, value)) if isinstance(value, list) else value is None


@pytest.fixture(scope="module")
def run(database, world):
    with database.begin() as connection:
        return str(syncs.open_sync(connection, world.cohort_id))


@pytest.mark.parametrize(("query", "variables"), EXAMPLES)
def test_queries_run_as_they_stand(api, world, run, query, variables):
    for named, stand_in in STAND_IN.items():
        variables = variables.replace(named, stand_in)
    given = json.loads(variables or "{}")
    if "run" in given:
        given["run"] = run
    data = api.data(query, **given)
    assert data and not any(holes(field) for field in data.values())


def test_the_demo_knows_whom_the_guide_names():
    assert set(STAND_IN) <= set(load().members["ada"].following)
    assert all(f'"{name}"' in GUIDE for name in STAND_IN)


@pytest.mark.parametrize("body", BODIES)
def test_commands_send_what_works(api, ada, body):
    sent = {**JSON, **ada.bearer("write")}
    answer = api.use(lambda http: http.post("/graphql", content=body, headers=sent)).json()
    assert "errors" not in answer and not any(holes(field) for field in answer["data"].values())
    assert all(field.get("userErrors", []) == [] for field in answer["data"].values())


def test_there_are_the_five_that_it_promises_and_others():
    assert len(EXAMPLES) > 11 and len(FOUND) - len(EXAMPLES) == 1 and len(BODIES) == 2


def test_the_numbers_in_it_hold(api, world):
    assert f"{limits.MAX_DEPTH} levels, {limits.MAX_ALIASES} aliases" in GUIDE
    assert f"{limits.MAX_TOKENS:,} tokens, and {limits.MAX_NODES:,} list entries" in GUIDE
    assert f"`alignmentMatrix` counts as {limits.WHOLE['alignmentMatrix']:,}" in GUIDE
    assert f"`changes` as {limits.WHOLE['changes']}, `health` as {limits.WHOLE['health']}" in GUIDE
    assert f"`first` is {DEFAULT_PAGE} when left out and at most {MAX_PAGE}" in GUIDE
    shown = json.loads(re.search(r'```json\n(\{"errors".*?)```', GUIDE, re.S)[1])
    assert api.ask("{ cohorts(first: 500) { totalCount } }") == shown


def test_every_code_is_explained():
    from api.graphql.errors import ClientError

    codes = {kind.code for kind in ClientError.__subclasses__()} | {"INTERNAL"}
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", GUIDE, re.M)) == codes
