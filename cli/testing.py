"""`almanac test`: the project's tests, from any directory."""

import os
import sys

import click

from cli.main import ROOT


@click.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def test(pytest_args: tuple[str, ...]) -> None:
    """Run the project's tests, as `pytest` does, from the repository's root.

    Paths are relative to that root; the tests start the servers that they need. Without arguments all of them
    run, two modules at a time.

    Example: almanac test tests/cli -k services
    """
    os.chdir(ROOT)
    # pytest takes this process' place: signals and the exit code are its own.
    arguments = pytest_args or ("--numprocesses", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])  # noqa: S606
