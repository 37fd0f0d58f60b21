"""The guides name every command, every variable and every file that exists, and none that does not."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from cli.bench import bench
from cli.main import COMMANDS
from schema.attribution import NOTICES
from schema.settings import REPOSITORY, Settings

PAGES = [REPOSITORY / "README.md", REPOSITORY / "examples" / "README.md", *sorted((REPOSITORY / "docs").glob("*.md"))]
OPERATOR = (REPOSITORY / "docs" / "operator.md").read_text()


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_variable_is_in_the_operator_guide(field):
    assert f"| `{field.metadata['variable']}` |" in OPERATOR


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_operator_guide(command):
    assert f"`{command}`" in OPERATOR


@pytest.mark.parametrize("command", bench.commands)
def test_every_measurement_is_in_the_operator_guide(command):
    assert f"`{command}`" in OPERATOR or f"`almanac bench {command}`" in OPERATOR


def test_every_folder_has_its_place_in_the_architecture():
    rooms = (REPOSITORY / "docs" / "architecture.md").read_text().partition("## ")[0]
    for package in ("api", "bench", "cli", "crawler", "fixtures", "jobs", "schema"):
        assert f"`{package}/" in rooms, package
        for folder in (REPOSITORY / package).glob("[a-z]*/"):
            assert f"`{package}/{folder.name}/" in rooms or f"`{folder.name}/`" in rooms, folder
    for named in re.findall(r"`([a-z.]+/[a-z_/]+)`", rooms):
        assert (REPOSITORY / named).exists(), named


@pytest.mark.parametrize("page", ["README.md", "docs/front-end.md", "docs/ethics.md"])
def test_the_guides_say_whose_data_it_is(page):
    words = " ".join((REPOSITORY / page).read_text().split())
    assert all(notice in words for notice in NOTICES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_commands_and_links_lead_somewhere(page: Path):
    text = page.read_text()
    for command in re.findall(r"(?:\./|`)almanac ([a-z-]+)", text):
        assert command in COMMANDS, command
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (page.parent / target).exists(), target
