"""docker-compose.yml and the Dockerfile name commands, options and variables that exist."""

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cli.main import COMMANDS, almanac
from schema.settings import REPOSITORY, Settings

COMPOSE = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service.get("image") == "cohort-almanac"]


def test_every_role_is_there():
    assert set(SERVICES) == {"postgres", "redis", "migrate", "api", "worker", "cron", "dashboard"}


@pytest.mark.parametrize("name", [name for name in OURS if name != "dashboard"])
def test_a_role_runs_a_command_that_takes_its_options(name):
    command, *options = SERVICES[name]["command"]
    assert command in COMMANDS
    shown = CliRunner().invoke(almanac, [command, "--help"])
    assert shown.exit_code == 0, shown.output
    for option in (part for part in options if part.startswith("--")):
        assert option in shown.output


def test_the_dashboard_takes_its_options():
    (program,) = SERVICES["dashboard"]["entrypoint"]
    asked = [str(Path(sys.executable).with_name(program)), "--help"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    for option in (part for part in SERVICES["dashboard"]["command"] if part.startswith("--")):
        assert option in shown


@pytest.mark.parametrize("name", OURS)
def test_only_known_variables_are_set(name):
    known = {field.metadata["variable"] for field in fields(Settings)}
    assert set(SERVICES[name]["environment"]) <= known


@pytest.mark.parametrize("name", [name for name in OURS if name != "dashboard"])
def test_whatever_an_operator_sets_reaches_every_role(name):
    assert SERVICES[name]["env_file"] == [{"path": ".env", "required": False}]


def test_there_is_one_cron():
    assert "deploy" not in SERVICES["cron"]
    assert [name for name in OURS if SERVICES[name]["command"][0] == "cron"] == ["cron"]


def test_nothing_is_published_beyond_this_machine():
    for service in SERVICES.values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_the_image_installs_the_lock_and_runs_the_command():
    dockerfile = (REPOSITORY / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in dockerfile
    assert 'ENTRYPOINT ["python", "-m", "cli"]' in dockerfile
    image = re.search(r"FROM python:(\d+)\.(\d+)", dockerfile)
    assert (int(image[1]), int(image[2])) >= (3, 11)
