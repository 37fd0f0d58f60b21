"""Where uploads lie between the API, which takes them, and a worker, which imports them: a folder that both see."""

import secrets
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

# Longer than an upload may take to arrive: until then no run knows of it.
_UNKNOWN_SECONDS = 900


def new(folder: Path) -> Path:
    """The path of an upload to come, by a name that nobody can guess; the folder is for this user alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / secrets.token_hex(16)


def sweep(folder: Path, keep: Collection[str]) -> int:
    """Removes the uploads that no run waits for any more (`keep` names the others); returns how many."""
    removed = 0
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # whoever it is for has just removed it
            if path.name not in keep and time.time() - path.stat().st_mtime > _UNKNOWN_SECONDS:
                path.unlink()
                removed += 1
    return removed
