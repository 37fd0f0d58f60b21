"""The command's frame: help without imports, and one way to fail."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from cli import main as frame
from cli.signals import Terminated
from schema.settings import SettingsError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    def command(error: BaseException | None, returned: object = None) -> None:
        @click.command
        def fail() -> object:
            if error:
                raise error
            return returned

        monkeypatch.setattr(frame.Almanac, "get_command", lambda self, ctx, name: fail)

    return command


@pytest.mark.parametrize("name", frame.COMMANDS)
def test_every_command_exists_and_shows_an_example(name: str) -> None:
    command = frame.almanac.get_command(click.Context(frame.almanac), name)
    assert isinstance(command, click.Command)
    assert f"almanac {name}" in (command.help or "") + (command.epilog or "")


def test_help_lists_every_command_and_imports_none() -> None:
    program = (
        "import sys; from cli.main import COMMANDS, main; main(['--help']); "
        "sys.exit(any(command.target.partition(':')[0] in sys.modules for command in COMMANDS.values()))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    for name, command in frame.COMMANDS.items():
        assert f"  {name} " in done.stdout and command.summary in done.stdout


def test_what_every_command_stands_on_imports_nothing_that_few_need() -> None:
    heavy = {"numpy", "sqlalchemy.orm", "schema.models", "scrapy", "strawberry"}
    program = f"import sys, cli.ready; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "\n"), done.stderr


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (click.ClickException("no such\nthing"), 1, "almanac: no such thing\n"),
        (SettingsError("TMDB_API_KEY: wrong"), 1, "almanac: TMDB_API_KEY: wrong\n"),
        (
            ZeroDivisionError("by 0"),
            1,
            "almanac: unexpected ZeroDivisionError: by 0 (run with --debug for the traceback)\n",
        ),
        (KeyboardInterrupt(), 130, "\n"),
        (Terminated(15), 143, "\n"),
        (click.exceptions.Exit(3), 3, ""),
        (None, 0, ""),
    ],
)
def test_every_way_to_end(failing, capsys: pytest.CaptureFixture[str], error, code: int, line: str) -> None:
    failing(error)
    assert frame.main(["fail"]) == code
    assert capsys.readouterr() == ("", line)


def test_a_returned_number_is_the_exit_code(failing) -> None:
    failing(None, returned=4)
    assert frame.main(["fail"]) == 4


def test_debug_shows_the_traceback(failing) -> None:
    failing(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        frame.main(["--debug", "fail"])


def test_usage_errors_point_to_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.main(["nonsense"]) == 2
    assert capsys.readouterr().err == "almanac: No such command 'nonsense'. (see almanac --help)\n"


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.main(["--version"]) == 0
    assert f'version = "{capsys.readouterr().out.split()[1]}"' in (ROOT / "pyproject.toml").read_text()


def test_the_test_command_passes_arguments_and_exit_code_on(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "cli", "test", "tests/cli/test_signals.py", "-q", "-k", "nothing_has_this"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 5 and "deselected" in done.stdout  # pytest's code for "no tests were run"
