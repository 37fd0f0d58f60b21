"""Rules of the layout that hold by test: who may import whom, and names that no linter can see."""

import ast
import importlib
import re
import subprocess
import sys

import pytest

from schema.settings import REPOSITORY

PACKAGES = ("api", "bench", "cli", "crawler", "examples", "fixtures", "jobs", "schema")
SOURCES = [path for package in PACKAGES for path in sorted((REPOSITORY / package).rglob("*.py"))]


def test_imports_keep_their_direction():
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    linted = subprocess.run([sys.executable, "-c", script], cwd=REPOSITORY, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def dotted_names():
    """Strings in the code that name something of ours: "crawler.pipelines.persist.PersistPipeline"."""
    pattern = re.compile(rf"({'|'.join(PACKAGES)})(\.[a-z_]+)+([.:][A-Za-z_]+)?")
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and pattern.fullmatch(node.value):
                yield pytest.param(node.value, id=f"{path.relative_to(REPOSITORY)}:{node.lineno}")


@pytest.mark.parametrize("name", list(dotted_names()))
def test_a_dotted_name_leads_somewhere(name):
    module, _, attribute = name.partition(":")
    if not attribute:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError:
            module, _, attribute = name.rpartition(".")
    if attribute:
        assert hasattr(importlib.import_module(module), attribute)


def test_every_module_says_what_it_is_for():
    for path in SOURCES:
        if path.parent.name != "versions":
            assert ast.get_docstring(ast.parse(path.read_text())), path


def test_nobody_names_a_package_registry_or_another_machine():
    # Written in pieces, so that this file does not name them either.
    hosts = "|".join(f"{name}[.](org|com)" for name in ("py" + "pi", "python" + "hosted", "np" + "mjs", "de" + "bian"))
    banned = re.compile(f"{hosts}|/wo{'rk'}/(main|shared)")
    tracked = subprocess.run(["git", "ls-files"], cwd=REPOSITORY, capture_output=True, text=True).stdout.split()
    for name in tracked or [str(path) for path in SOURCES]:
        path = REPOSITORY / name
        if path.is_file() and path.suffix not in {".png"}:
            assert not banned.search(path.read_text(errors="replace")), name
