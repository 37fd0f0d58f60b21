"""The embedded servers: shared, stopped by the last user, and never left behind."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from cli import services

ROOT = Path(__file__).resolve().parents[3]


class Holder:
    """A user of the servers in a process of its own, in a process group of its own as a terminal makes them."""

    def __init__(self, home: Path, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cli.services.holder", str(home), *options],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self.environment: dict[str, str] = json.loads(self.process.stdout.readline())

    def leave(self) -> int:
        self.process.stdin.close()
        return self.process.wait(30)


@pytest.fixture
def hold() -> Iterator[Callable[..., Holder]]:
    holders: list[Holder] = []

    def start(home: Path, *options: str) -> Holder:
        holders.append(Holder(home, *options))
        return holders[-1]

    yield start
    for holder in holders:
        if holder.process.poll() is None:
            holder.leave()


def announced(home: Path) -> dict[str, Any]:
    return json.loads((home / "run" / "services.json").read_text())


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


def assert_nothing_left(home: Path, pids: dict[str, int]) -> None:
    assert not [name for name, pid in pids.items() if lives(pid)]
    for name in pids:  # the servers' own children hold this lock as well
        with (home / "run" / f"{name}.alive").open("w") as life:
            fcntl.flock(life, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not (home / "run" / "services.json").exists()
    assert not (home / "sockets").exists()


def database(environment: dict[str, str]) -> psycopg.Connection:
    return psycopg.connect(environment["DATABASE_URL"], autocommit=True)


def test_a_second_process_joins_and_the_last_one_to_leave_stops_the_servers(short_dir: Path, hold) -> None:
    first, pids = hold(short_dir), announced(short_dir)["pids"]
    second = hold(short_dir)
    assert announced(short_dir) == {**second.environment, "pids": pids}
    assert first.leave() == 0
    assert database(second.environment).execute("SELECT current_database()").fetchone() == ("almanac",)
    assert redis.Redis.from_url(second.environment["REDIS_URL"]).ping()
    assert second.leave() == 0
    assert_nothing_left(short_dir, pids)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_stop_the_servers_in_order(short_dir: Path, hold, signum: int, code: int) -> None:
    holder, pids = hold(short_dir), announced(short_dir)["pids"]
    os.killpg(holder.process.pid, signum)
    os.killpg(holder.process.pid, signum)  # impatience must not cut the stop short
    assert holder.process.wait(30) == code
    assert_nothing_left(short_dir, pids)
    assert "database system is shut down" in (short_dir / "log" / "postgres.log").read_text()
    assert "ready to exit" in (short_dir / "log" / "redis.log").read_text()


def test_a_killed_owner_is_not_counted(short_dir: Path, hold) -> None:
    owner, pids = hold(short_dir), announced(short_dir)["pids"]
    owner.process.kill()
    owner.process.wait()
    assert all(map(lives, pids.values()))
    heir = hold(short_dir)
    assert announced(short_dir)["pids"] == pids
    heir.leave()
    assert_nothing_left(short_dir, pids)


def test_data_outlives_a_power_cut_and_its_stale_files_do_no_harm(short_dir: Path, hold) -> None:
    owner, pids = hold(short_dir, "--durable"), announced(short_dir)["pids"]
    database(owner.environment).execute("CREATE TABLE kept AS SELECT 42 AS answer")
    redis.Redis.from_url(owner.environment["REDIS_URL"]).set("kept", 42)
    time.sleep(1.1)  # the append-only file is synced every second
    for pid in (owner.process.pid, *pids.values()):
        os.kill(pid, signal.SIGKILL)
    owner.process.wait()
    # After a restart of the machine the recorded numbers belong to others.
    for path in (short_dir / "postgres" / "postmaster.pid", short_dir / "sockets" / "redis.pid"):
        path.write_text("\n".join([str(os.getpid()), *path.read_text().split("\n")[1:]]))
    (short_dir / "postgres.unfinished").mkdir()
    heir = hold(short_dir, "--durable")
    assert database(heir.environment).execute("SELECT answer FROM kept").fetchone() == (42,)
    assert redis.Redis.from_url(heir.environment["REDIS_URL"]).get("kept") == b"42"
    pids = announced(short_dir)["pids"]
    heir.leave()
    assert_nothing_left(short_dir, pids)
    assert not (short_dir / "postgres.unfinished").exists()


def test_a_server_that_was_killed_is_started_by_the_next_user(short_dir: Path, hold) -> None:
    first, pids = hold(short_dir), announced(short_dir)["pids"]
    os.kill(pids["postgres"], signal.SIGKILL)
    second = hold(short_dir)
    assert database(second.environment).execute("SELECT 1").fetchone() == (1,)
    assert announced(short_dir)["pids"]["redis"] == pids["redis"]
    pids = announced(short_dir)["pids"]
    second.leave()
    first.leave()
    assert_nothing_left(short_dir, pids)


def test_servers_do_not_outlive_a_deleted_home(short_dir: Path, hold) -> None:
    holder, pids = hold(short_dir), announced(short_dir)["pids"]
    shutil.rmtree(short_dir)
    assert holder.leave() == 0
    assert not [name for name, pid in pids.items() if lives(pid)]


def test_a_forked_child_does_not_stop_its_parents_servers(short_dir: Path) -> None:
    program = (
        "import os, sys, psycopg; from pathlib import Path; from cli import services\n"
        "with services.running(redis=False, home=Path(sys.argv[1]), durable=False) as environment:\n"
        "    child = os.fork()\n"
        "    if not child: sys.exit()\n"
        "    os.waitpid(child, 0)\n"
        "    print(psycopg.connect(environment['DATABASE_URL']).execute('SELECT 1').fetchone())\n"
    )
    done = subprocess.run([sys.executable, "-c", program, short_dir], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == ("(1,)\n", "")


@pytest.mark.parametrize("folder", ["x" * 100, "a, b"], ids=["long", "odd"])
def test_homes_unfit_for_sockets_get_their_sockets_elsewhere(short_dir: Path, folder: str) -> None:
    home = short_dir / folder
    with services.running(home=home, durable=False) as environment:
        with database(environment) as connection:
            shown = connection.execute("SHOW unix_socket_directories").fetchone()[0]
        assert not shown.startswith(str(home))
        assert Path(shown).stat().st_mode & 0o777 == 0o700
        assert redis.Redis.from_url(environment["REDIS_URL"]).ping()
    assert not Path(shown).exists()


def test_commits_are_durable_and_the_settings_suit_bulk_work(short_dir: Path) -> None:
    with services.running(redis=False, home=short_dir) as environment, database(environment) as connection:
        shown = dict(connection.execute("SELECT name, setting FROM pg_settings").fetchall())
    assert (shown["fsync"], shown["synchronous_commit"], shown["full_page_writes"]) == ("on", "on", "on")
    assert (shown["jit"], shown["shared_buffers"], shown["max_connections"]) == ("off", "32768", "100")
    assert (shown["listen_addresses"], shown["server_version_num"][:2]) == ("", "18")


def test_servers_that_the_environment_names_are_used_as_they_are(
    short_dir: Path, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", redis_url)
    with services.running(home=short_dir / "unused") as environment:
        assert environment == {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    assert not (short_dir / "unused").exists()


@pytest.mark.parametrize(("asked", "variable"), [("postgres", "DATABASE_URL"), ("redis", "REDIS_URL")])
def test_a_platform_without_wheel_is_told_what_to_do(
    short_dir: Path, monkeypatch: pytest.MonkeyPatch, asked: str, variable: str
) -> None:
    monkeypatch.setattr("cli.services.server.find_spec", lambda package: None)
    with (
        pytest.raises(services.ServiceError, match=f"set {variable} .*docker compose up") as caught,
        services.running(home=short_dir, **{"postgres": False, "redis": False} | {asked: True}),
    ):
        pass
    assert "\n" not in caught.value.message


def test_a_server_that_cannot_start_says_why_in_one_line(short_dir: Path) -> None:
    with services.running(redis=False, home=short_dir, durable=False):
        pass
    (short_dir / "postgres" / "PG_VERSION").write_text("17\n")
    with (
        pytest.raises(services.ServiceError, match=r"postgres did not start: .*FATAL: .*postgres\.log") as caught,
        services.running(home=short_dir, durable=False),
    ):
        pass
    assert "\n" not in caught.value.message
    assert not (short_dir / "run" / "services.json").exists()


def test_a_home_that_cannot_be_used_is_named(short_dir: Path) -> None:
    (short_dir / "file").touch()
    with (
        pytest.raises(services.ServiceError, match=f"ALMANAC_HOME: cannot use {short_dir}/file/home: "),
        services.running(home=short_dir / "file" / "home"),
    ):
        pass


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://somewhere/else")
    with pytest.raises(services.ServiceError, match="DATABASE_URL: must start with postgresql://"), services.running():
        pass
