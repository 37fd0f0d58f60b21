"""`almanac api` as a process: it says when it listens, ends on SIGTERM, and fails in one line."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import psutil
import pytest
from sqlalchemy import text

from api.graph import sdl

RUN = "import sys; from cli.{module} import {name} as command; command(sys.argv[1:], prog_name='almanac')"


@contextmanager
def started(environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen]:
    """`almanac api` in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN.format(module="api", name="api"), *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def environment(database, redis_url) -> dict[str, str]:
    return {"DATABASE_URL": database.url.render_as_string(hide_password=False), "REDIS_URL": redis_url}


def test_it_says_when_it_listens_and_ends_on_sigterm(environment):
    with started(environment, "--port", "0") as process:
        line = process.stdout.readline()
        assert line.startswith("api listening on http://127.0.0.1:")
        address = line.split()[-1]
        response = httpx.post(f"{address}/graphql", json={"query": "{ cohorts { totalCount } }"})
        assert response.json() == {"data": {"cohorts": {"totalCount": 0}}}
        assert "server" not in response.headers
        assert httpx.get(f"{address}/readyz").json()["status"] == "ready"
        process.send_signal(signal.SIGTERM)
        output, errors = process.communicate(timeout=10)
        assert (output, errors) == ("", "")
        assert process.returncode in (-signal.SIGTERM, 128 + signal.SIGTERM)


def test_it_serves_queries_without_redis(environment):
    with started(environment | {"REDIS_URL": "redis://127.0.0.1:1/0"}, "--port", "0") as process:
        address = process.stdout.readline().split()[-1]
        assert httpx.get(f"{address}/readyz").json()["status"] == "degraded"


def test_several_processes_share_a_port_and_end_together(environment):
    command = [sys.executable, "-m", "cli", "api", "--port", "0", "--processes", "2"]
    with subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.PIPE, text=True) as parent:
        lines = [parent.stdout.readline() for _ in range(3)]
        assert [line.split(" | ")[0] for line in lines[:2]] == ["api 1", "api 2"]
        assert lines[2].startswith("api listening on ")
        url = f"{lines[2].split()[-1]}/graphql"
        answers = [httpx.post(url, json={"query": "{ cohorts { totalCount } }"}).json() for _ in range(8)]
        assert answers == [{"data": {"cohorts": {"totalCount": 0}}}] * 8
        children = psutil.Process(parent.pid).children()
        assert len(children) == 2
        children[0].kill()
        assert parent.wait(20) == 1  # one that is missing is no trifle
        assert psutil.wait_procs(children, timeout=5)[1] == []


def test_processes_get_connections_in_turn(environment):
    """Those that open at once, too, of which one process alone would take all."""
    with started(environment, "--port", "0", "--processes", "2") as parent:
        port = int([parent.stdout.readline() for _ in range(3)][-1].rpartition(":")[-1])
        clients = [socket.create_connection(("127.0.0.1", port)) for _ in range(10)]
        for client in clients:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200 ")
        kept = [
            sum(each.status == psutil.CONN_ESTABLISHED for each in child.net_connections() if each.laddr.port == port)
            for child in psutil.Process(parent.pid).children()
        ]
        assert kept == [5, 5]
        for client in clients:
            client.close()


def failure(environment: dict[str, str], *arguments: str) -> str:
    """The line with which it gives up."""
    with started(environment, *arguments) as process:
        output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert errors.count("\n") == 1 and "Traceback" not in errors
    return errors


def test_a_port_in_use_is_one_line(environment):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f"cannot listen on 127.0.0.1 port {port}: it is in use" in failure(environment, "--port", port)


def test_a_host_that_is_not_ours_is_one_line(environment):
    assert "cannot listen on 192.0.2.1" in failure(environment, "--host", "192.0.2.1")


def test_a_database_that_is_away_is_one_line(environment):
    away = {"DATABASE_URL": "postgresql://someone:hunter2@127.0.0.1:1/nowhere"}
    assert "hunter2" not in failure(environment | away, "--port", "0")


def test_a_database_that_is_not_migrated_is_one_line(environment, database):
    with database.begin() as connection:
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("DELETE FROM alembic_version"))
    try:
        assert "run almanac migrate" in failure(environment, "--port", "0")
    finally:
        with database.begin() as connection:
            connection.execute(text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest})


def test_schema_prints_the_sdl():
    run = subprocess.run(
        [sys.executable, "-c", RUN.format(module="sdl", name="schema")], capture_output=True, text=True, check=True
    )
    assert run.stdout == sdl()
