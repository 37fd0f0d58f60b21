"""The bootstrap script: installs once, from anywhere, survives being cut short, and fails in one line."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTING_UP = "almanac: setting up .venv with Python "
# What of this run's own virtual environment would leak into the script under test.
BASE_PYTHON = Path(sys._base_executable).resolve()


class Checkout:
    """A repository whose only dependency is a wheel made here, and whose command prints its arguments."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root = root
        self.wheel = _wheel(wheels, "almanac_probe", "1.0")
        (root / "cli").mkdir(parents=True)
        shutil.copy(ROOT / "almanac", root)
        shutil.copy(ROOT / "cli" / "bootstrap.py", root / "cli")
        (root / "cli" / "__init__.py").touch()
        (root / "cli" / "__main__.py").write_text("import sys, almanac_probe\nprint('ran', *sys.argv[1:], sep='|')\n")
        self.lock(self.wheel.read_bytes())
        self.environment = {
            "PATH": f"{_tools(wheels / 'tools')}",
            "ALMANAC_PYTHON": str(BASE_PYTHON),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "HOME": str(wheels),
        }

    def lock(self, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()
        (self.root / "requirements.lock").write_text(f"almanac-probe==1.0 \\\n    --hash=sha256:{digest}\n")

    def start(self, *arguments: str, script: Path | None = None, cwd: Path = Path("/"), **environment: str):
        return subprocess.Popen(
            [script or self.root / "almanac", *arguments],
            cwd=cwd,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **options) -> tuple[int, str, str]:
        process = self.start(*arguments, **options)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err


def _wheel(folder: Path, name: str, version: str) -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    about = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": "",
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{about}/RECORD"] = "".join(f"{file},,\n" for file in [*files, f"{about}/RECORD"])
    with zipfile.ZipFile(path, "w") as wheel:
        for file, content in files.items():
            wheel.writestr(file, content)
    return path


def _tools(folder: Path) -> Path:
    """A PATH without any Python."""
    folder.mkdir()
    for tool in ("sh", "dirname", "readlink"):
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def _stub(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    (tmp_path / "wheels").mkdir()
    return Checkout(tmp_path / "a checkout", tmp_path / "wheels")


def test_two_at_once_install_once_and_later_runs_only_when_the_lock_changed(checkout: Checkout, tmp_path: Path) -> None:
    both = [checkout.start("a b", "--c"), checkout.start("a b", "--c")]
    ended = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [out for out, err in ended] == ["ran|a b|--c\n"] * 2
    assert sum(SETTING_UP in err for out, err in ended) == 1
    assert checkout.run() == (0, "ran\n", "")
    with (checkout.root / "requirements.lock").open("a") as lock:
        lock.write("# another lock\n")
    code, out, err = checkout.run()
    assert (code, out) == (0, "ran\n") and err.startswith(SETTING_UP) and err.count("\n") == 1
    # Once more from elsewhere, through two links, one of them relative; no Python is named any more.
    (tmp_path / "link").symlink_to(checkout.root / "almanac")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "al").symlink_to("../link")
    # The folder it is run from holds another package of the command's name.
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__main__.py").write_text("print('wrong')\n")
    ran = checkout.run("x", script=tmp_path / "bin" / "al", cwd=tmp_path, ALMANAC_PYTHON="")
    assert ran == (0, "ran|x\n", "")
    assert sorted(path.name for path in checkout.root.iterdir()) == [".venv", "almanac", "cli", "requirements.lock"]


def test_an_installation_that_was_killed_is_done_again(checkout: Checkout) -> None:
    process = checkout.start()
    installed = checkout.root / ".venv" / "bin" / "python"
    deadline = time.monotonic() + 30
    while not installed.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert not (checkout.root / ".venv" / "installed").exists()
    code, out, err = checkout.run(ALMANAC_PYTHON="")
    assert (code, out) == (0, "ran\n") and SETTING_UP in err


def test_pip_that_finds_nothing(checkout: Checkout, tmp_path: Path) -> None:
    code, out, err = checkout.run(PIP_FIND_LINKS=str(tmp_path / "nowhere"))
    assert (code, out) == (1, "")
    assert "pip could not install requirements.lock: No matching distribution found for almanac-probe" in err
    assert "package index" in err and err.count("\n") == 2


def test_a_download_that_is_not_the_locked_one(checkout: Checkout) -> None:
    checkout.lock(b"another file")
    code, out, err = checkout.run()
    assert (code, out) == (1, "")
    assert "DO NOT MATCH THE HASHES" in err and "pip cache purge" in err and err.count("\n") == 2


def test_a_python_that_is_too_old_is_named(checkout: Checkout, tmp_path: Path) -> None:
    old = _stub(tmp_path / "wheels" / "tools", "python3", 'case "$*" in *print*) echo 3.9.18 ;; *) exit 1 ;; esac')
    expected = f"almanac: Python 3.11 or newer is needed ({old} is 3.9.18): install it, or name it in ALMANAC_PYTHON\n"
    assert checkout.run(ALMANAC_PYTHON="") == (1, "", expected)
    expected = f"almanac: ALMANAC_PYTHON must name Python 3.11 or newer ({old} is 3.9.18)\n"
    assert checkout.run(ALMANAC_PYTHON=str(old)) == (1, "", expected)


def test_no_python_at_all(checkout: Checkout) -> None:
    expected = "almanac: Python 3.11 or newer is needed (found none): install it, or name it in ALMANAC_PYTHON\n"
    assert checkout.run(ALMANAC_PYTHON="") == (1, "", expected)


def test_a_python_without_venv(checkout: Checkout) -> None:
    script = checkout.root / "cli" / "bootstrap.py"
    without = "find_spec = lambda name: None  # as on Debian without python3-venv"
    script.write_text(script.read_text().replace("from importlib.util import find_spec", without))
    code, out, err = checkout.run()
    assert (code, out) == (1, "")
    assert "cannot make virtual environments" in err and "python3-venv" in err and err.count("\n") == 2


def test_a_missing_lock_is_named(checkout: Checkout) -> None:
    (checkout.root / "requirements.lock").unlink()
    code, out, err = checkout.run()
    assert (code, out) == (1, "") and "requirements.lock" in err and err.count("\n") == 1
