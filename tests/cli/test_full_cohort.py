"""`almanac bootstrap-full-cohort`: cohorts of a file, and all that follows from what their members did."""

import json

import pytest
from sqlalchemy import text

from schema.insights import cohort_details
from schema.store import seeds
from tests.cli.conftest import one_line, run

FRIENDS = {"id": 7, "label": "Friends", "definition": {"usernames": ["ada"]}, "members": 1}
BOTH = {"label": "Both", "owner": "Eve@example.org", "definition": {"union": [{"cohort": 7}, {"following": "x"}]}}


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "seeds.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return write


def test_everything_is_made_anew(almanac, command_database, file):
    done = almanac("bootstrap-full-cohort", "--seeds", file([FRIENDS]), "--budget", "0", "--json")
    assert done.returncode == 0, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["kind"], found["status"], found["cohort"]) == ("full", "succeeded", "Friends")
    vectors = "SELECT member_id, film_ids, ratings FROM member_vectors ORDER BY 1"
    before = run(command_database, vectors)
    assert before and len(run(command_database, "SELECT FROM ranking_insights")) > 1

    run(command_database, "UPDATE member_vectors SET ratings = '\\x00', film_ids = '\\x00000001'")
    other = {"label": "Same", "definition": {"intersection": [{"cohort": 7}, {"cohort": 7}]}}
    again = almanac("bootstrap-full-cohort", "--seeds", file([other, FRIENDS]), "--no-wait", "--json")
    opened = {each["id"] for each in json.loads(again.stdout)}
    assert len(opened) == 2 and "members: 1 were wrong and are right now" in again.stderr
    assert run(command_database, vectors) == before
    assert run(command_database, "SELECT FROM ranking_insights") == []
    queued = run(command_database, "SELECT id, kind FROM sync_runs WHERE status = 'queued'")
    assert {row.id for row in queued} == opened and {row.kind for row in queued} == {"full"}


def test_what_a_list_tells_makes_the_same_again(almanac, command_database):
    run(command_database, "DELETE FROM cohorts")
    with command_database.begin() as connection:
        seeds.plant(connection, seeds.checked([BOTH, FRIENDS]))
        friends = connection.execute(text("SELECT id FROM cohorts WHERE label = 'Friends'")).scalar_one()
    told = json.loads(almanac("cohort", "list", "--json").stdout)
    assert [each["definition"] for each in told] == [
        {"union": [{"cohort": friends}, {"following": "x"}]},
        {"usernames": ["ada"]},
    ]
    assert [(each["owner"], each["visibility"]) for each in told] == [("eve@example.org", "private"), (None, "public")]
    with command_database.begin() as connection:
        connection.execute(text("UPDATE cohorts SET definition = '{}', visibility = 'unlisted'"))
        assert sorted(seeds.plant(connection, seeds.checked(told))) == sorted(each["id"] for each in told)
        found = cohort_details.all_cohorts(connection)
    assert [each.definition for each in found] == [each["definition"] for each in told]
    assert {each.visibility for each in found} == {"unlisted"}  # of those that exist, it stays


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "not JSON: Expecting property name"),
        ("[" * 99_999, "not JSON: "),
        ([], "give a JSON list of at least one cohort"),
        ([{"label": "x"}], "cohort 1: definition: give exactly one of usernames"),
        ([FRIENDS, {"definition": {"following": "ada"}}], "cohort 2: give an object with a label and a definition"),
        ([FRIENDS | {"label": "12"}], "cohort 1: label: give 1 to 120 characters that are not just a number"),
        ([FRIENDS | {"owner": "eve"}], "cohort 1: owner: 'eve' is not an e-mail address"),
        ([FRIENDS | {"visibility": "open"}], "cohort 1: visibility: 'open' is none of private, unlisted, public"),
        ([FRIENDS | {"id": "7"}], "cohort 1: id: '7' is no whole number"),
        ([FRIENDS, FRIENDS], "Friends: there are two of this label and owner, or of this id"),
        ([BOTH], "Both: definition: cohort 7 is the id of none of these cohorts"),
    ],
)
def test_seeds_that_are_none_are_named_and_nothing_is_changed(almanac, command_database, file, content, says):
    before = run(command_database, "SELECT * FROM cohorts")
    line = one_line(almanac("bootstrap-full-cohort", "--seeds", file(content)), code=2)
    assert f"seeds.json: {says}" in line
    assert run(command_database, "SELECT * FROM cohorts") == before


def test_there_must_be_a_cohort(almanac, command_database):
    run(command_database, "DELETE FROM cohorts")
    line = "almanac: there is no cohort: make one with `almanac cohort create`, or give --seeds"
    assert one_line(almanac("bootstrap-full-cohort")) == line
    assert one_line(almanac("bootstrap-full-cohort", "nowhere")).startswith("almanac: no cohort 'nowhere'")
