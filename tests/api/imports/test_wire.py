"""What becomes of uploads on their way: too large, unwanted, cut off, endless."""

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from api.imports import MOST_BYTES
from schema.settings import REPOSITORY
from tests.api.imports.handing_in import NAME, ZIP, waiting
from tests.api.server import served


@pytest.fixture
def wire(importing):
    """The application behind a real HTTP server: "host", port."""
    with served(importing.settings) as address:
        host, _, port = address.partition(":")
        yield host, int(port)


def header(who, **more):
    fields = {"Host": "x", **{name.title(): value for name, value in (ZIP | who.bearer("write")).items()}, **more}
    lines = [f"POST /imports?name={NAME} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def test_too_large_is_refused_before_it_is_sent(wire, mina, home):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(mina, **{"Content-Length": str(MOST_BYTES + 1)}))
        answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"BAD_USER_INPUT" in answer and b"larger than" in answer
    assert waiting(home) == []


def test_who_may_not_is_refused_before_it_is_sent(wire, eve):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(eve, **{"Content-Length": str(MOST_BYTES)}))
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_who_hangs_up_leaves_nothing(wire, mina, home):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(mina, **{"Content-Length": "1000000"}) + b"PK" * 1000)
        wait(lambda: waiting(home))
    wait(lambda: not waiting(home))


def wait(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def peak_memory(pid):
    """MB that a process has needed at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def test_memory_does_not_grow_with_the_upload(importing, mina, home, tmp_path):
    """The API as a process of its own gets a small body, one of nearly the cap, and one without an end."""
    serve = """
import sys, uvicorn
from api.app import create_app
config = uvicorn.Config(create_app(), port=0, log_level="warning")
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Server(config).run()
"""
    piece = os.urandom(1 << 20)

    def hand_in(port, megabytes):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = ZIP | mina.bearer("write")
        with suppress(BrokenPipeError, ConnectionResetError):  # the answer came before the end
            client.request("POST", "/imports", (piece for _ in range(megabytes)), headers, encode_chunked=True)
        status = client.getresponse().status
        client.close()
        return status

    with subprocess.Popen([sys.executable, "-c", serve], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as api:
        try:
            port = int(api.stdout.readline())
            assert hand_in(port, 1) == 202
            small = peak_memory(api.pid)
            assert hand_in(port, 60) == 429  # taken in whole, but the first is still waiting
            assert peak_memory(api.pid) < small + 8
            assert hand_in(port, 200) == 413
            assert peak_memory(api.pid) < small + 8
        finally:
            api.terminate()
    (first,) = waiting(home)
    assert first.stat().st_size == 1 << 20
