"""`almanac export`: a cohort's films as CSV, or as lists for Letterboxd's importer."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click

from api.exports import letterboxd, table
from api.exports.offline import bodies
from api.exports.question import Question, question
from api.exports.table import Part
from api.graphql.errors import ClientError
from cli.cohort import find
from cli.output import Update, json_option, print_json, progress, say
from cli.ready import ready
from schema.attribution import NOTICES
from schema.engine import SNAPSHOT, engine
from schema.insights.given import FilterError


class Format(NamedTuple):
    """What makes the lines of a part, and numbers each with the file it goes into."""

    body: Callable[[Part], str]
    files: Callable[[Iterator[str]], Iterator[tuple[int, str]]]


def _one_file(parts: Iterator[str]) -> Iterator[tuple[int, str]]:
    yield 0, table.header()
    for part in parts:
        yield 0, part


def _lists(parts: Iterator[str]) -> Iterator[tuple[int, str]]:
    return letterboxd.files(parts)


_FORMATS = {"csv": Format(table.body, _one_file), "letterboxd": Format(letterboxd.body, _lists)}


@click.command()
@click.argument("name", metavar="COHORT")
@click.option(
    "--format", "form", required=True, type=click.Choice(list(_FORMATS)), help="All figures, or a list to import."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; stdout when left out.")
@click.option("--filter", metavar="JSON", help='Which films, as in the API: \'{"watchers": {"min": 5}}\'.')
@click.option("--order-by", metavar="JSON", help='In which order: \'[{"by": "WATCHERS"}]\'; by score when left out.')
@click.option("--ranking", metavar="NAME", help="What rank and score go by; BAYESIAN when left out.")
@json_option
def export(
    name: str,
    form: str,
    output: Path | None,
    filter: str | None,
    order_by: str | None,
    ranking: str | None,
    as_json: bool,
) -> None:
    """Write the films of COHORT (its label or id) to a file or to stdout.

    `csv` is what the API gives at /exports/cohorts/ID.csv. `letterboxd` is a list for Letterboxd's importer, which
    takes 1 MB at once: what is larger goes into FILE, FILE-2 and so on.

    Example: almanac export "Ada's circle" --format letterboxd --output best.csv --filter '{"average": {"min": 4}}'
    """
    if as_json and output is None:
        raise click.UsageError("--json: give --output, too; without it, stdout is the export")
    asked = _question({"filter": filter, "orderBy": order_by, "ranking": ranking})
    with ready(redis=False):
        found = find(name)
        with engine().execution_options(**SNAPSHOT).connect() as connection:
            try:
                films, parts = bodies(connection, found.id, asked, _FORMATS[form].body)
            except FilterError as error:
                raise click.ClickException(f"--filter: {error}") from None
            pieces = _FORMATS[form].files(parts)
            files = _to_stdout(pieces) if output is None else _to_files(pieces, output, films)
    if as_json:
        print_json({"id": found.id, "label": found.label, "format": form, "films": films, "files": files})
    where = f" in {', '.join(files)}" if files else ""
    say(f"{films} films of {found.label!r}{where}. {' '.join(NOTICES)}")


def _question(given: dict[str, str | None]) -> Question:
    options = {"filter": "--filter", "orderBy": "--order-by", "ranking": "--ranking"}
    try:
        return question({name: value for name, value in given.items() if value is not None})
    except ClientError as error:
        raise click.UsageError(re.sub(r"^\w+", lambda name: options[name[0]], error.message)) from None


def _to_stdout(pieces: Iterator[tuple[int, str]]) -> list[str]:
    out = sys.stdout.buffer
    for number, piece in pieces:
        if number:
            raise click.ClickException("more than Letterboxd's importer takes at once: --output makes several files")
        out.write(piece.encode())
    out.flush()
    return []


def _to_files(pieces: Iterator[tuple[int, str]], output: Path, films: int) -> list[str]:
    """Writes beside the files and renames at the end, so that there is never half of one."""
    written: list[tuple[Path, Path]] = []
    file: BinaryIO | None = None
    try:
        with progress() as update:
            for number, piece in _counted(pieces, update, films):
                if number == len(written):
                    if file is not None:
                        file.close()
                    path = output if not number else output.with_name(f"{output.stem}-{number + 1}{output.suffix}")
                    beside = path.with_name(f".{path.name}.{os.getpid()}")
                    written.append((beside, path))
                    file = beside.open("wb")
                file.write(piece.encode())
        if file is not None:
            file.close()
        for beside, path in written:
            beside.replace(path)
    except OSError as error:
        raise click.ClickException(f"--output: {error.filename or output}: {error.strerror}") from None
    finally:
        if file is not None:
            file.close()
        for beside, _ in written:
            beside.unlink(missing_ok=True)
    return [str(path) for _, path in written]


def _counted(pieces: Iterator[tuple[int, str]], update: Update, films: int) -> Iterator[tuple[int, str]]:
    lines = -1  # the header is none
    for number, piece in pieces:
        yield number, piece
        lines += piece.count("\r\n")
        update("films", min(films, max(0, lines)), films)
