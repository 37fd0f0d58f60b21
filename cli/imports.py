"""`almanac import`: takes in the account export that a member handed over."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from cli.member import username
from cli.output import json_option, print_json, print_rows, say
from cli.ready import ready
from crawler.exports import ExportError
from crawler.imports import Imported, import_export
from crawler.items import FileAccount
from schema.engine import engine

UNTRUSTED = 3
_MOST_LEFT_SHOWN = 10


class UntrustedExport(click.ClickException):
    """An export of which nothing was used."""

    exit_code = UNTRUSTED


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--member", required=True, metavar="NAME", help="Whose export it is; it must agree.")
@click.option(
    "--exported-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="When the export was made (UTC), if the file's name does not tell; else its newest row counts.",
)
@json_option
def import_(file: Path, member: str, exported_at: datetime | None, as_json: bool) -> None:
    """Take in a member's account export: the ZIP that Letterboxd gave them, or the folder it unpacks to.

    It is compared with what is known: films are added, changed and withdrawn; what was observed later than the
    export stays. An export that cannot be trusted changes nothing, and is exit code 3.

    Example: almanac import letterboxd-ada-2026-01-31-17-05-utc.zip --member ada
    """
    member = username(member)
    moment = exported_at.replace(tzinfo=UTC) if exported_at else None
    if moment and moment > datetime.now(UTC):
        raise click.UsageError("--exported-at: lies in the future")
    with ready(redis=False):
        try:
            done = import_export(engine(), file, member, exported_at=moment)
        except ExportError as error:
            raise UntrustedExport(f"{file.name}: {error}") from error
    if as_json:
        print_json({"member": member, **_document(done, moment)})
    else:
        _tell(done, moment)


def _document(done: Imported, moment: datetime | None) -> dict[str, Any]:
    return {
        "exported_at": (moment or done.export.exported_at).isoformat(),
        "films": len(done.export.films),
        **asdict(done.taken),
        "files": [asdict(file) for file in done.export.files],
    }


def _tell(done: Imported, moment: datetime | None) -> None:
    headings = {"name": "File", "rows": "Rows", "imported": "Imported", "duplicates": "Twice", "left": "Left out"}
    print_rows([_row(file) for file in done.export.files], headings)
    for file in done.export.files:
        for line, reason in file.left[:_MOST_LEFT_SHOWN]:
            say(f"{file.name} line {line}: {reason}")
        if len(file.left) > _MOST_LEFT_SHOWN:
            say(f"{file.name}: {len(file.left) - _MOST_LEFT_SHOWN} more; --json names them all")
    when = f"{moment or done.export.exported_at:%Y-%m-%d %H:%M} UTC"
    if done.taken.older:
        say(f"not heard on {', '.join(done.taken.older)}: something newer than {when} is known")
    say(
        f"{len(done.export.films)} films as of {when}: {done.taken.told} reactions new or changed,"
        f" {done.taken.withdrawn} withdrawn"
    )


def _row(file: FileAccount) -> dict[str, Any]:
    left = file.unread or len(file.left)
    return {"name": file.name, "rows": file.rows, "imported": file.imported, "duplicates": file.duplicates} | {
        "left": str(left) if left else None
    }
