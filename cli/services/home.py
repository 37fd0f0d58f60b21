"""Where the embedded servers keep their files, and which account may touch them."""

import hashlib
import json
import os
import pwd
import re
import stat
from pathlib import Path
from typing import Any

from cli.services.errors import ServiceError

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included; a server appends its file's name.
_LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


class Home:
    """The layout of ALMANAC_HOME: `postgres/`, `redis/`, `log/`, `run/` and, where its path allows, `sockets/`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.run = root / "run"
        self.logs = root / "log"
        self.sockets = _socket_folder(root)
        self.announcement = self.run / "services.json"

    def make(self) -> None:
        """Makes the folders that are needed before a server is."""
        for folder in (self.root, self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)

    def make_private(self, folder: Path) -> None:
        """Makes a folder that only the servers' account can enter; ServiceError when it is somebody else's."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            self.hand_over(folder)
        self.require_own(folder)

    def require_own(self, folder: Path) -> None:
        """Raises ServiceError unless `folder` is a folder of the servers' account."""
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.get("user", os.geteuid()):
            raise ServiceError(
                f"{folder} belongs to another user (number {found.st_uid}): run as that user, "
                "or set ALMANAC_HOME to another folder"
            )

    def hand_over(self, path: Path) -> None:
        """Gives `path` to the servers' account, and lets that account reach it."""
        if self.account:
            os.chown(path, self.account["user"], self.account["group"])
            open_the_way(path)

    @property
    def account(self) -> dict[str, Any]:
        """`subprocess` arguments that drop root: PostgreSQL refuses to run as root. Empty for anyone else."""
        if os.geteuid() != 0:
            return {}
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise ServiceError(
                "the embedded servers do not run as root, and this machine has no account `nobody`: "
                "run as another user, or set DATABASE_URL and REDIS_URL"
            ) from None
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def announce(self, urls: dict[str, str], pids: dict[str, int | None]) -> None:
        """Writes `run/services.json`, where other tools find the running servers."""
        draft = self.announcement.with_suffix(".new")
        draft.write_text(json.dumps({**urls, "pids": pids}, indent=2) + "\n")
        draft.replace(self.announcement)

    def retract(self) -> None:
        """Removes what only makes sense while servers run."""
        self.announcement.unlink(missing_ok=True)
        if self.sockets.exists() and not any(self.sockets.iterdir()):
            self.sockets.rmdir()


def _socket_folder(root: Path) -> Path:
    folder = root / "sockets"
    # Commas, spaces and the like have a meaning in libpq's host lists and in URLs.
    if len(os.fsencode(folder)) <= _LONGEST_SOCKET_FOLDER and re.fullmatch(r"[\w./+-]+", str(folder), re.ASCII):
        return folder
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(f"/tmp/almanac-{os.geteuid()}-{name}")  # noqa: S108 - private, and its owner is checked


def open_the_way(path: Path, *, readable: bool = False) -> None:
    """Lets every account pass through the folders above `path` (search only, no listing).

    With `readable`, lets it read what is below too, and execute what the owner can execute.
    """
    for folder in path.resolve().parents:
        _add_mode(folder, stat.S_IXOTH)
    if readable:
        for below in (path, *path.rglob("*")):
            if not below.is_symlink():
                runs = below.stat().st_mode & stat.S_IXUSR
                _add_mode(below, stat.S_IROTH | (stat.S_IXOTH if runs else 0))


def _add_mode(path: Path, bits: int) -> None:
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
