"""The command that reads one saved page, or an account export, and prints what is in it."""

import io
import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click

from crawler import exports
from crawler.items import (
    AccountExport,
    DiaryPage,
    FeedPage,
    GridPage,
    ListPage,
    PeoplePage,
    Tile,
    TmdbCredits,
    TmdbMatches,
)
from crawler.pages import KINDS
from crawler.pages.errors import PageError

UNTRUSTED = 3
_EXPORT = "export"

# Where a page's records are; pages of other types are one record.
_RECORDS = {
    GridPage: "tiles",
    ListPage: "tiles",
    PeoplePage: "people",
    DiaryPage: "entries",
    FeedPage: "items",
    TmdbMatches: "matches",
    TmdbCredits: "credits",
    AccountExport: "films",
}


class UntrustedPage(click.ClickException):
    """A page of which nothing was used."""

    exit_code = UNTRUSTED


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, _EXPORT]))
@click.argument("file", type=click.Path(exists=True, allow_dash=True, path_type=Path))
@click.option("--url", default="", help="Where the page came from; makes links absolute.")
@click.option("--expect", type=click.IntRange(min=0), metavar="N", help="Refuse a page that gives not N records.")
@click.option("--record", is_flag=True, help="Print the whole record as one document, as fixtures/pages keeps it.")
def parse(kind: str, file: Path, url: str, expect: int | None, record: bool) -> None:
    """Read a saved page (- for stdin) and print a JSON line for each of its records, ratings in stars.

    An account export, ZIP or folder, is read the same way, a line a film. What cannot be trusted gives no output,
    one line on stderr, and exit code 3.

    Example: almanac parse rated films.html --expect 72
    """
    if file.is_dir() and kind != _EXPORT:
        raise click.UsageError(f"FILE: {file} is a folder; only an export may be one")
    name = "stdin" if str(file) == "-" else str(file)
    try:
        page = _export(file) if kind == _EXPORT else KINDS[kind](_body(file), url)
    except PageError as error:
        raise UntrustedPage(f"{name}: {error}") from error
    found = len(page.films) if isinstance(page, AccountExport) else page.info.found
    if expect is not None and found != expect:
        raise UntrustedPage(f"{name}: {found} records of kind {kind}, {expect} expected")
    if record:
        click.echo(json.dumps(document(page), ensure_ascii=False, indent=2))
        return
    for line in _lines(page):
        click.echo(json.dumps(line, ensure_ascii=False))


def _body(file: Path) -> bytes:
    return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()


def _export(file: Path) -> AccountExport:
    source = io.BytesIO(sys.stdin.buffer.read(exports.MOST_UPLOAD_BYTES + 1)) if str(file) == "-" else file
    with exports.opened(source) as archive:
        return exports.read(archive)


def document(page: Any) -> dict[str, Any]:
    """The record as JSON values, half-stars and all."""
    return _plain(page)


def _lines(page: Any) -> Iterator[dict[str, Any]]:
    field = _RECORDS.get(type(page))
    if field is None:
        found = document(page)
        del found["info"]
        yield _in_stars(found)
        return
    for item in getattr(page, field):
        yield _in_stars(_plain(item))


def _in_stars(line: dict[str, Any]) -> dict[str, Any]:
    """The line with every rating in stars, also those of films inside it."""
    for key, value in line.items():
        if key == "rating" and value is not None:
            line[key] = value / 2
        elif isinstance(value, list):
            line[key] = [_in_stars(item) if isinstance(item, dict) else item for item in value]
    return line


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    elif isinstance(value, Tile):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
