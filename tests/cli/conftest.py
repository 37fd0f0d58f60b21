"""Commands as an operator runs them: in a process of their own, on this session's servers."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

import pytest
from redis import Redis
from sqlalchemy import Engine, Row, text

from cli.main import main
from fixtures.backlot.testing import RunningBacklot, running
from tests.databases import fresh_database

Almanac = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def backlot() -> Iterator[RunningBacklot]:
    """The backlot over its own dataset, with light pages."""
    with running(weight="light") as backlot:
        yield backlot


@pytest.fixture(scope="module")
def command_database(database_template: str) -> Iterator[Engine]:
    """An empty, migrated database for the commands of one module."""
    with fresh_database(database_template, f"test_commands_{os.getpid()}") as engine:
        yield engine


@pytest.fixture
def environment(command_database: Engine, redis_url: str, backlot: RunningBacklot) -> dict[str, str]:
    """The environment of a command: our servers, and the backlot as its upstream."""
    Redis.from_url(redis_url).flushall()
    return {
        **os.environ,
        "DATABASE_URL": command_database.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        **backlot.environment,
        "ALMANAC_ENRICH_BUDGET": "20",
    }


# These fork, serve, or change how the process logs.
_IN_A_PROCESS = {"worker", "cron", "api", "up", "demo", "backlot", "scrapy", "test", "bench"}


@pytest.fixture
def almanac(environment: dict[str, str]) -> Almanac:
    """Runs one command to its end; keyword arguments change its environment.

    In this process, because starting one takes longer than most commands; what they start are processes.
    """

    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        changed = _changed(environment, changes)
        if arguments[0] in _IN_A_PROCESS:
            command = [sys.executable, "-m", "cli", *arguments]
            return subprocess.run(command, env=changed, capture_output=True, text=True, timeout=100)
        out, err = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, changed, clear=True), redirect_stdout(out), redirect_stderr(err):
            code = main(arguments)
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    return run


def _changed(environment: dict[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in {**environment, **changes}.items() if value}


def one_line(failed: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The only line that a failed command said, on stderr."""
    assert failed.returncode == code, failed.stderr
    assert failed.stdout == ""
    (line,) = failed.stderr.splitlines()
    return line


def run(database: Engine, statement: str, **values: object) -> Sequence[Row]:
    """What one SQL statement gives."""
    with database.begin() as connection:
        result = connection.execute(text(statement), values)
        return result.all() if result.returns_rows else []
