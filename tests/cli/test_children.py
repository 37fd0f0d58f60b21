"""Children are started, watched, and never outlive the command that started them."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import click
import pytest

from cli import children as module
from cli.children import Children


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pid, seconds=5.0):
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


SERVER = "import time; print('listening on 7'); time.sleep(60)"


def test_a_child_is_awaited_shown_and_stopped():
    shown = []
    with Children(lambda name, line: shown.append((name, line))) as children:
        child = children.start("server", "-c", SERVER)
        assert child.wait_for("listening on ", 10) == "listening on 7"
        children.check()
        assert alive(child.process.pid)
    assert child.process.returncode == -signal.SIGTERM
    assert shown == [("server", "listening on 7")]


def test_one_that_fails_says_why():
    with Children(lambda name, line: None) as children:
        child = children.start("server", "-c", "import sys; sys.exit('almanac: port 7 is in use')")
        with pytest.raises(click.ClickException, match="^server ended: port 7 is in use$"):
            child.wait_for("listening on ", 10)
        with pytest.raises(click.ClickException, match="^server ended"):
            children.watch()


def test_one_that_is_killed_ends_the_watch_by_name():
    with Children(lambda name, line: None) as children:
        children.start("steady", "-c", SERVER)
        victim = children.start("victim", "-c", SERVER)
        victim.wait_for("listening", 10)
        victim.process.kill()
        with pytest.raises(click.ClickException, match="^victim was killed by signal 9$"):
            children.watch()


def test_one_that_does_not_start_in_time_is_named():
    with Children(lambda name, line: None) as children:
        child = children.start("sleeper", "-c", "import time; time.sleep(60)")
        with pytest.raises(click.ClickException, match="sleeper did not start in 0 s"):
            child.wait_for("listening", 0.3)


def test_one_that_does_not_listen_is_killed(monkeypatch):
    monkeypatch.setattr(module, "_GRACE_SECONDS", 0.3)
    with Children(lambda name, line: None) as children:
        child = children.start("deaf", "-c", f"import signal; signal.signal(15, signal.SIG_IGN); {SERVER}")
        child.wait_for("listening", 10)
    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_parent_leaves_no_orphan():
    code = textwrap.dedent(
        f"""
        from cli.children import Children
        with Children(lambda name, line: None) as children:
            child = children.start("server", "-c", {SERVER!r})
            child.wait_for("listening", 10)
            print(child.process.pid, flush=True)
            children.watch()
        """
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.wait()
    assert gone(pid)
