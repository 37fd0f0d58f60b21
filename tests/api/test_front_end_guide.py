"""The front-end guide: every query in it is run, and what it says of limits is what holds."""

import json
import re
from pathlib import Path

import pytest

from api.graphql import limits
from api.graphql.connections import DEFAULT_PAGE, MAX_PAGE
from schema.store import syncs

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "front-end.md").read_text()
FOUND = re.findall(r"```graphql\n(.*?)```\n(?:```json\n(.*?)```)?", GUIDE, re.S)
EXAMPLES = [(query, variables) for query, variables in FOUND if not query.startswith("subscription")]


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
    given = json.loads(variables or "{}")
    if "run" in given:
        given["run"] = run
    data = api.data(query, **given)
    assert data and not any(holes(field) for field in data.values())


def test_there_are_the_five_that_it_promises_and_others():
    assert len(EXAMPLES) > 11


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
