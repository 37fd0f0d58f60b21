"""What every test can ask for: real servers, started once a session, and an environment that is nobody's."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cli import services, signals
from fixtures.backlot.testing import RunningBacklot, running
from schema.settings import Settings
from tests.databases import fresh_database, make_template

for _variable in [field.metadata["variable"] for field in fields(Settings)]:
    os.environ.pop(_variable, None)

# Not pytest's tmp_path: a socket's path must be short, and root's servers must be able to reach it.
_SESSION = Path(tempfile.mkdtemp(prefix="almanac-"))
os.environ["ALMANAC_HOME"] = str(_SESSION / "home")


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Run in a shell's background, Ctrl-C is ignored, and would be by every process that the tests start.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signals.install()  # a terminated session, too, stops its servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Modules that take long begin first, or one of them would be all that is left to do at the end.
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_SESSION, ignore_errors=True)


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A superuser's URL of a PostgreSQL for this session: ALMANAC_TEST_DATABASE_URL, else an embedded one."""
    given = os.environ.get("ALMANAC_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with services.running(redis=False, home=_SESSION / "servers", durable=False) as environment:
        yield environment["DATABASE_URL"]


@pytest.fixture(scope="session")
def database_template(database_url: str) -> str:
    """The admin URL of a server that holds the migrated template."""
    make_template(database_url)
    return database_url


@pytest.fixture(scope="module")
def database(database_template: str, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty, migrated database for one test module."""
    with fresh_database(database_template, f"test_{request.module.__name__.replace('.', '_')}"[-60:]) as engine:
        yield engine


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """The URL of an empty Redis for this session."""
    with services.running(postgres=False, home=_SESSION / "servers", durable=False) as environment:
        yield environment["REDIS_URL"]


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """An empty folder with a path short enough for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="a-", dir="/tmp"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def backlot() -> Iterator[RunningBacklot]:
    """The backlot over its own dataset, with light pages; the module's own, which it may change."""
    with running(weight="light") as backlot:
        yield backlot
