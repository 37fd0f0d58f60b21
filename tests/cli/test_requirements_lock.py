"""requirements.lock: complete, hashed, and silent about where packages come from."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text()


def _locked() -> dict[str, Requirement]:
    lines = re.findall(r"^(\S.*?) *\\$", LOCK, re.MULTILINE)
    return {canonicalize_name(found.name): found for found in map(Requirement, lines)}


def test_names_no_address() -> None:
    assert not re.search(r"https?:|index|find-links| @ ", LOCK)


def test_every_line_is_a_pinned_requirement_or_a_hash() -> None:
    for line in LOCK.splitlines():
        assert re.fullmatch(r"\S+==\S+( ; .+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line), line


def test_satisfies_every_dependency_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    locked = _locked()
    for dependency in map(Requirement, declared):
        name = canonicalize_name(dependency.name)
        assert name in locked, f"{name} is not locked: regenerate requirements.lock"
        version = next(iter(locked[name].specifier)).version
        assert dependency.specifier.contains(version), f"{name} {version} is locked, {dependency} is wanted"
