"""`almanac up` and `almanac demo`: everything in the foreground, and nothing of it afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from api.web.graphiql import EXAMPLES
from tests.cli.conftest import one_line


def family(pid):
    """A process and all that it started."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += family(int(child))
    return found


def living(pids):
    found = []
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                found.append(pid)
        except OSError:
            continue
    return found


def start(environment, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process, text, seconds=60):
    deadline = time.monotonic() + seconds
    lines = []
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        lines.append(line)
        if text in line:
            return "".join(lines)
        assert line, "".join(lines)
    raise AssertionError("".join(lines))


@pytest.fixture
def up(environment):
    process = start(environment, "up", "--port", "0", "--workers", "2")
    said = read_until(process, "GraphiQL: ")
    read_until(process, "cron looks for")
    address = said.rpartition("GraphiQL: ")[2].split("/graphql")[0]
    yield process, address
    if process.poll() is None:
        process.kill()
    process.wait()


def test_up_serves_and_stops_without_a_trace(up):
    process, address = up
    with urllib.request.urlopen(f"{address}/readyz", timeout=10) as answer:
        assert json.load(answer)["status"] == "ready"
    everybody = family(process.pid)
    assert len(everybody) >= 5
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert living(everybody) == []


def test_up_ends_when_a_part_dies_and_names_it(up):
    process, _ = up
    everybody = family(process.pid)
    (cron,) = [pid for pid in everybody if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"cron\0")]
    os.kill(cron, signal.SIGKILL)
    assert process.wait(30) == 1
    assert process.stdout.read().splitlines()[-1] == "almanac: cron was killed by signal 9"
    assert living(everybody) == []


def test_a_port_in_use_is_one_line(almanac):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for command in (["up"], ["demo", "--once"]):
            failed = almanac(*command, "--port", str(port))
            assert failed.returncode == 1
            assert failed.stderr.splitlines()[-1] == (
                f"almanac: api ended: cannot listen on 127.0.0.1 port {port}: it is in use; choose another with --port"
            )


def test_a_broken_database_url_is_one_line(almanac):
    for command in (["up"], ["demo", "--once"], ["worker"], ["sync", "x"], ["cohort", "list"], ["migrate"]):
        line = one_line(almanac(*command, DATABASE_URL="postgresql://nobody@127.0.0.1:9/none"))
        assert line.startswith("almanac: DATABASE_URL: cannot connect to postgresql")


@pytest.mark.slow
def test_the_demo_shows_its_table_serves_and_leaves_nothing(environment, almanac):
    first = start(environment, "demo")
    said = read_until(first, "Ctrl-C stops everything", 110)
    assert "Top films of Ada's circle" in said
    assert "ada was not crawled but brought letterboxd-ada-" in said
    address = said.rpartition("GraphiQL      ")[2].split("/graphql")[0]
    query = said.rpartition("paste into GraphiQL:")[2].rpartition("Ctrl-C")[0]
    body = json.dumps({"query": query}).encode()
    asked = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        cohort = json.load(answer)["data"]["cohort"]
    assert cohort["label"] == "Ada's circle"
    assert [edge["node"]["rank"] for edge in cohort["films"]["edges"]] == list(range(1, 11))
    with urllib.request.urlopen(f"{address}/policy", timeout=20) as answer:
        assert "Public pages at 127.0.0.1" in answer.read().decode()
    for example in EXAMPLES:
        if "\nquery " in example:
            body = json.dumps({"query": example}).encode()
            asked = urllib.request.Request(f"{address}/graphql", body, {"Content-Type": "application/json"})
            with urllib.request.urlopen(asked, timeout=20) as answer:
                found = json.load(answer)
            assert "errors" not in found and '"node"' in json.dumps(found), example
    with urllib.request.urlopen(f"{address}/ops/rq/", timeout=20) as answer:
        assert answer.status == 200
    assert almanac("demo", "--once").stderr.splitlines()[-1] == (
        "almanac: a demo is running already; stop that one first"
    )
    everybody = family(first.pid)
    first.send_signal(signal.SIGTERM)
    assert first.wait(30) == 143
    assert living(everybody) == []
