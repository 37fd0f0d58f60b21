"""`python -m crawler.upload`: takes in a member's upload, in a process of its own, and reports what came of it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from crawler.exports import ExportError
from crawler.imports import Imported, import_export
from crawler.items import FileAccount
from schema.engine import engine


def main(file: str, member: str, name: str, account: str, report: str) -> None:
    """Imports `file`, called `name` where it came from, as the export of `member`, handed in by `account`.

    Writes to the path `report` what was imported or, in `refused`, why nothing was.
    """
    with Path(file).open("rb") as upload:
        try:
            told = _told(import_export(engine(), upload, member, name=name, account_id=int(account)))
        except ExportError as error:
            at, line = error.place
            told = {"refused": {"message": str(error), "file": at, "line": line}}
    Path(report).write_text(json.dumps(told))


def _told(done: Imported) -> dict[str, Any]:
    return {
        "exported_at": done.export.exported_at.isoformat(),
        "films": len(done.export.films),
        **asdict(done.taken),
        "files": [asdict(file) | {"left": _left(file)} for file in done.export.files],
    }


def _left(file: FileAccount) -> list[dict[str, Any]]:
    """The lines left out, by the reason why."""
    lines: dict[str, list[int]] = {}
    for line, reason in file.left:
        lines.setdefault(reason, []).append(line)
    return [{"reason": reason, "lines": those} for reason, those in lines.items()]


if __name__ == "__main__":
    main(*sys.argv[1:])
