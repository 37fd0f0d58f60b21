"""`almanac account`: accounts and keys, and the cohorts that belong to them."""

import json

import pytest
from sqlalchemy import text

from schema.insights import accounts as looking
from schema.store import members
from tests.cli.conftest import one_line


@pytest.fixture(autouse=True)
def nobody(command_database):
    with command_database.begin() as connection:
        connection.execute(text("DELETE FROM accounts"))
        connection.execute(text("DELETE FROM cohorts"))
        members.upsert(connection, {"ada": None, "longtake_lena": None})


def test_an_account_is_one_members(almanac):
    for email in ("ada@example.org", "eve@example.org"):
        almanac("account", "create", email)
    tied = almanac("account", "tie", "ada@example.org", "Newcomer")
    assert (tied.returncode, tied.stderr) == (0, "the account of ada@example.org is newcomer's\n")
    line = one_line(almanac("account", "tie", "eve@example.org", "newcomer"))
    assert line == "almanac: newcomer: this member has another account"
    assert "not a Letterboxd username" in one_line(almanac("account", "tie", "eve@example.org", "a b"), code=2)
    rows = json.loads(almanac("account", "list", "--json").stdout)
    assert {row["email"]: row["member"] for row in rows} == {"ada@example.org": "newcomer", "eve@example.org": None}
    assert almanac("account", "tie", "ada@example.org").stderr == "the account of ada@example.org is nobody's\n"
    assert almanac("account", "tie", "eve@example.org", "newcomer").returncode == 0


def test_an_account_and_its_keys(almanac, command_database):
    made = almanac("account", "create", " Ada@Example.org", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["email"] == "ada@example.org"
    assert one_line(almanac("account", "create", "ada@example.org")) == (
        "almanac: there is an account for ada@example.org already"
    )

    key = json.loads(almanac("account", "key", "ada@example.org", "--scope", "write", "--days", "9", "--json").stdout)
    with command_database.connect() as connection:
        assert looking.by_key(connection, key["key"]).scope == "write"
    plain = almanac("account", "key", "ada@example.org")
    assert plain.stdout.startswith("almanac_") and len(plain.stdout.splitlines()) == 1
    listed = almanac("account", "keys", "ada@example.org", "--json").stdout
    assert key["key"] not in listed and [each["scope"] for each in json.loads(listed)] == ["read", "write"]
    assert one_line(almanac("account", "key", "ada@example.org", "--scope", "operator")) == (
        "almanac: ada@example.org is no operator's account"
    )

    assert almanac("account", "revoke", str(key["id"])).returncode == 0
    with command_database.connect() as connection:
        assert looking.by_key(connection, key["key"]) is None
    (row,) = json.loads(almanac("account", "list", "--json").stdout)
    assert (row["email"], row["operator"], row["keys"]) == ("ada@example.org", "", 1)
    assert almanac("account", "delete", "ada@example.org").returncode == 0
    assert json.loads(almanac("account", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "said", "code"),
    [
        (["create", "ada"], "almanac: EMAIL: 'ada' is not an e-mail address", 2),
        (["key", "nobody@example.org"], "almanac: no account 'nobody@example.org': see `almanac account list`", 1),
        (["delete", "nobody@example.org"], "almanac: no account 'nobody@example.org'", 1),
        (["revoke", "4711"], "almanac: no key 4711: see `almanac account keys EMAIL`", 1),
        (["key", "a@b.c", "--name", " "], "almanac: --name takes 1 to 120 characters", 2),
    ],
)
def test_bad_input_is_one_line(almanac, arguments, said, code):
    assert one_line(almanac("account", *arguments), code).startswith(said)


def test_a_cohort_is_its_owner_s_and_private_or_anyone_s_and_public(almanac):
    almanac("account", "create", "eve@example.org")
    for owner in ([], ["--owner", "EVE@example.org"]):
        made = almanac("cohort", "create", "Two", "--usernames", "ada,longtake_lena", *owner)
        assert made.returncode == 0, made.stderr
        again = one_line(almanac("cohort", "create", "Two", "--usernames", "ada", *owner))
        assert again == "almanac: there is a cohort 'Two' already"
    shown = json.loads(almanac("cohort", "list", "--json").stdout)
    assert {(each["owner"], each["visibility"]) for each in shown} == {(None, "public"), ("eve@example.org", "private")}
    ambiguous = one_line(almanac("cohort", "show", "Two"))
    assert ambiguous.startswith("almanac: several cohorts are called 'Two': give the id of one: ")
    for each in shown:
        assert almanac("cohort", "show", str(each["id"])).returncode == 0
    assert one_line(almanac("cohort", "create", "X", "--usernames", "ada", "--owner", "no@b.c")) == (
        "almanac: no account 'no@b.c': see `almanac account list`"
    )
    # What its owner may not see is not in it.
    (private,) = [each["id"] for each in shown if each["visibility"] == "private"]
    definition = json.dumps({"union": [{"usernames": ["ada"]}, {"cohort": private}]})
    almanac("account", "create", "other@example.org")
    hidden = one_line(almanac("cohort", "create", "Y", "--definition", definition, "--owner", "other@example.org"))
    assert hidden == f"almanac: not known: cohort {private}"
