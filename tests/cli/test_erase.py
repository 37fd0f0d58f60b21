"""`almanac erase-member`: gone for good, and said so in a line."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cli.conftest import one_line


@pytest.fixture
def home(tmp_path):
    """An ALMANAC_HOME whose erasures no other test meets."""
    return str(tmp_path)


def test_an_erased_member_stays_out_of_cohorts_and_crawls(almanac, backlot, command_database, home):
    assert almanac("cohort", "create", "Two", "--usernames", "ada,longtake_lena", ALMANAC_HOME=home).returncode == 0
    asked = almanac("erase-member", "longtake_lena", ALMANAC_HOME=home)
    assert asked.returncode != 0  # nobody answered
    assert one_line(almanac("erase-member", "not a name", "--yes", ALMANAC_HOME=home), code=2).startswith(
        "almanac: NAME: 'not a name' is not a Letterboxd username"
    )
    erased = almanac("erase-member", "Longtake_Lena", "--yes", "--json", ALMANAC_HOME=home)
    assert json.loads(erased.stdout) == {"erased": True, "held": True}, erased.stderr
    assert "longtake" not in (Path(home) / "erased-members.txt").read_text().lower()
    shown = json.loads(almanac("cohort", "show", "Two", "--json", ALMANAC_HOME=home).stdout)
    assert (shown["members"], shown["definition"]) == (["ada"], {"usernames": ["ada"]})

    backlot.clear_log()
    again = almanac("cohort", "create", "Again", "--usernames", "longtake_lena", ALMANAC_HOME=home)
    assert one_line(again) == "almanac: profile of longtake_lena: this member was erased here, and stays out"
    assert [entry for entry in backlot.log() if "longtake_lena" in entry["path"]] == []


def test_a_restored_backup_is_cleaned_when_a_command_starts(almanac, command_database, home):
    assert almanac("erase-member", "halation_hal", "--yes", ALMANAC_HOME=home).returncode == 0
    with command_database.begin() as connection:
        connection.execute(text("TRUNCATE erased_members"))
        connection.execute(text("INSERT INTO members (username) VALUES ('halation_hal')"))
    migrated = almanac("migrate", ALMANAC_HOME=home)
    assert "erased again, having come back with the database: 1 of its members" in migrated.stderr
    with command_database.connect() as connection:
        held = "SELECT count(*) FROM members WHERE username = 'halation_hal'"
        assert connection.execute(text(held)).scalar() == 0
