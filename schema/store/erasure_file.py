"""Keeps erasures in a file beside the database, so that a backup restored later does not bring anybody back.

One erasure a line: salt, digest, time. Lines are only ever added; the same one twice means it once.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from schema.store import erasures
from schema.store.erasures import Erasure


class ErasureFileError(RuntimeError):
    """The file cannot be understood; the message names file and line."""


def erase(engine: Engine, path: Path, username: str) -> bool:
    """Erases a member, here and for good; False when we held nothing about them.

    The file is written first: should this process die in between, the next start finishes its work.
    """
    with engine.begin() as connection:
        erasure = erasures.new(connection, username)
        _add(path, [erasure])
        return username.lower() in erasures.keep(connection, [erasure])


def reconcile(engine: Engine, path: Path) -> list[str]:
    """Makes file and database record the same erasures; returns who was erased for it, being back."""
    in_file = _read(path)
    with engine.begin() as connection:
        in_database = erasures.recorded(connection)
        met = {erasure[:2] for erasure in in_database}
        erased = erasures.keep(connection, [erasure for erasure in in_file if erasure[:2] not in met])
    met = {erasure[:2] for erasure in in_file}
    _add(path, [erasure for erasure in in_database if erasure[:2] not in met])
    return erased


def _read(path: Path) -> list[Erasure]:
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            salt, digest, at = line.split()
            found.append(Erasure(salt, digest, datetime.fromisoformat(at)))
        except ValueError:
            raise ErasureFileError(
                f"{path}, line {number}: not an erasure (salt, digest, time); restore the file from its backup"
            ) from None
    return found


def _add(path: Path, new: Iterable[Erasure]) -> None:
    lines = [f"{erasure.salt} {erasure.digest} {erasure.erased_at.isoformat()}\n" for erasure in new]
    if lines:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
            file.write("".join(lines))
