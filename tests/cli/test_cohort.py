"""`almanac cohort`: made from what the upstream says, or not at all."""

import json

import pytest
from sqlalchemy import text

from fixtures.backlot.derive.lists import likers, list_of
from tests.cli.conftest import one_line


@pytest.fixture(autouse=True)
def no_cohorts(command_database):
    with command_database.begin() as connection:
        connection.execute(text("DELETE FROM cohorts"))


def test_a_cohort_of_whom_someone_follows(almanac, backlot):
    made = almanac("cohort", "create", "Ada's circle", "--following", "Ada", "--json")
    assert made.returncode == 0, made.stderr
    created = json.loads(made.stdout)
    shown = json.loads(almanac("cohort", "show", "Ada's circle", "--json").stdout)
    assert shown["members"] == json.loads(almanac("cohort", "show", str(created["id"]), "--json").stdout)["members"]
    assert len(shown["members"]) == created["members"] >= 20
    assert shown["definition"] == {"following": "ada"}
    (listed,) = json.loads(almanac("cohort", "list", "--json").stdout)
    assert (listed["label"], listed["members"], listed["synced_at"]) == ("Ada's circle", created["members"], None)
    assert one_line(almanac("cohort", "create", "Ada's circle", "--following", "ada")) == (
        'almanac: there is a cohort "Ada\'s circle" already'
    )

    backlot.control("unfollow", member="ada", followee=shown["members"][0])
    refreshed = almanac("cohort", "refresh", "Ada's circle", "--json")
    backlot.control("follow", member="ada", followee=shown["members"][0])
    assert json.loads(refreshed.stdout)["members"] == created["members"] - 1

    assert almanac("cohort", "delete", "Ada's circle").returncode == 0
    assert json.loads(almanac("cohort", "list", "--json").stdout) == []


def test_a_cohort_of_the_people_behind_a_list(almanac, backlot):
    made = almanac("cohort", "create", "Essentials", "--list", "Ada/essentials", "--json")
    assert made.returncode == 0, made.stderr
    shown = json.loads(almanac("cohort", "show", "Essentials", "--json").stdout)
    owner = backlot.dataset.members["ada"]
    fans = likers(backlot.dataset, owner, list_of(owner, "essentials"))
    assert sorted(shown["members"]) == sorted(["ada", *fans])
    assert one_line(almanac("cohort", "create", "None", "--list", "ada/nothing")) == (
        f"almanac: no list 'ada/nothing' at {backlot.url}"
    )


def test_named_members_are_looked_up(almanac, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("Ada\n\nlongtake_lena\n")
    made = almanac("cohort", "create", "Two", "--file", str(names), "--json")
    assert json.loads(made.stdout)["members"] == 2, made.stderr


def test_nothing_is_saved_of_a_cohort_with_somebody_unknown(almanac, backlot, command_database):
    for option, value in (("--following", "ghost"), ("--usernames", "ada,ghost")):
        assert one_line(almanac("cohort", "create", "Ghosts", option, value)) == (
            f"almanac: no member 'ghost' at {backlot.url}"
        )
    definition = json.dumps({"difference": {"of": {"usernames": ["ada"]}, "minus": {"usernames": ["ada"]}}})
    assert one_line(almanac("cohort", "create", "Nobody", "--definition", definition)) == (
        "almanac: nobody belongs to this cohort, by its definition"
    )
    union = json.dumps({"union": [{"usernames": ["ada"]}, {"cohort": 4711}]})
    assert one_line(almanac("cohort", "create", "Lost", "--definition", union)) == "almanac: not known: cohort 4711"
    with command_database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM cohorts")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM members WHERE username = 'ghost'")).scalar() == 0
        assert connection.execute(text("SELECT count(*) FROM sync_runs WHERE status = 'running'")).scalar() == 0


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["show", "nowhere"], "almanac: no cohort 'nowhere': see `almanac cohort list`", 1),
        (["create", "X"], "almanac: give exactly one of --following, --followers, ", 2),
        (["create", "X", "--following", "a b"], "almanac: following: 'a b' is not a Letterboxd username", 1),
        (["create", "X", "--definition", "{"], "almanac: --definition: not JSON: ", 2),
        (["create", "X", "--definition", '{"fans": "a/b"}'], "almanac: definition: 'fans' is not a kind of cohort", 1),
        (["create", "17", "--following", "ada"], "almanac: LABEL: give 1 to 120 characters that are not just", 2),
    ],
)
def test_bad_input_is_one_line(almanac, arguments, said, code):
    assert one_line(almanac("cohort", *arguments), code).startswith(said)


def test_letterboxd_itself_is_refused_without_permission(almanac):
    line = one_line(almanac("cohort", "create", "X", "--following", "ada", LETTERBOXD_BASE_URL=""))
    assert line.startswith("almanac: letterboxd.com is not crawled: ")
