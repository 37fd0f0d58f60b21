"""Prepares .venv from requirements.lock, once, and becomes the `almanac` command; needs the standard library only."""

import fcntl
import hashlib
import os
import platform
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "installed"


class Failure(Exception):
    """Setting up cannot go on; the message is one line and says what to do."""


def main() -> None:
    """Installs what is missing, then replaces this process by the command with the same arguments."""
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(128 + signum))
    try:
        if not _is_current():
            with _alone() as lock:
                if not _is_current():  # it may be, after waiting for another process
                    _install(lock)
    except Failure as error:
        sys.exit(f"almanac: {error}")
    except OSError as error:
        sys.exit(f"almanac: cannot set up {VENV}: {error}")
    except KeyboardInterrupt:
        _say("interrupted; the next run finishes the setup")
        sys.exit(130)
    os.execv(PYTHON, [str(PYTHON), "-P", "-m", "cli", *sys.argv[1:]])  # noqa: S606


def _is_current() -> bool:
    return STAMP.exists() and PYTHON.exists() and STAMP.read_text() == _stamp()


def _stamp() -> str:
    """What an installation depends on: the interpreter, the place (scripts name it), and the lock."""
    return f"{_interpreter()}\n{hashlib.sha256(LOCK.read_bytes()).hexdigest()}\n"


def _interpreter() -> str:
    return f"{platform.python_version()} {ROOT}"


@contextmanager
def _alone() -> Iterator[int]:
    """Locks the lock file itself: nothing to clean up, and the kernel frees it whatever happens to its owner.

    Children inherit the descriptor that this yields, and the lock with it: one that outlives a killed setup is
    waited for.
    """
    with LOCK.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another process is setting up .venv; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock.fileno()


def _install(lock: int) -> None:
    _say(f"setting up .venv with Python {platform.python_version()} (about a minute, once)")
    # Without a stamp an installation was cut short, and pip would take its half-written packages for whole.
    whole = STAMP.exists() and PYTHON.exists() and STAMP.read_text().startswith(f"{_interpreter()}\n")
    STAMP.unlink(missing_ok=True)
    if not whole:
        _make_venv(lock)
    _run_pip(lock)
    site_packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV)}))
    (site_packages / "almanac.pth").write_text(f"{ROOT}\n")
    STAMP.write_text(_stamp())


def _make_venv(lock: int) -> None:
    lacking = (
        f"Python {platform.python_version()} ({sys.executable}) cannot make virtual environments: "
        "install its venv module (Debian and Ubuntu: apt install python3-venv) and run this again"
    )
    if not (find_spec("venv") and find_spec("ensurepip")):
        raise Failure(lacking)
    import venv

    venv.create(VENV, clear=True, symlinks=True)
    if _run("ensurepip", "--default-pip", lock=lock).returncode:
        raise Failure(lacking)


def _run_pip(lock: int) -> None:
    options = ("--quiet", "--no-input", "--disable-pip-version-check")
    done = _run("pip", "install", "--require-hashes", "--requirement", str(LOCK), *options, lock=lock)
    if done.returncode:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        said = (errors or lines or [f"pip ended with {done.returncode}"])[-1]
        remedy = (
            "your package index or pip's cache holds another file than the lock expects: try `pip cache purge`"
            if "HASHES" in said
            else "check that this machine reaches your package index (pip's own settings name it)"
        )
        raise Failure(f"pip could not install requirements.lock: {said} -- {remedy}, then run this again")


def _run(module: str, *arguments: str, lock: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-I", "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        pass_fds=(lock,),
    )


def _say(remark: str) -> None:
    print(f"almanac: {remark}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
