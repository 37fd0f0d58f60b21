"""`almanac catalogue`: imports a dump of which slugs are which TMDB titles."""

import csv
import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import click

from cli.output import json_option, print_json, say
from cli.ready import ready
from schema.engine import engine
from schema.store import catalogue as store

_COLUMNS = ("slug", "movie", "tv", "imdb")
_SLUG = re.compile(r"[a-z0-9_-]{1,200}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_IMDB = re.compile(r"tt[0-9]{7,9}")


@click.group()
def catalogue() -> None:
    """Import which films of Letterboxd are which titles of TMDB, so that nobody needs to be asked.

    Example: almanac catalogue import wikidata.csv
    """


@catalogue.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def import_(file: Path, as_json: bool) -> None:
    """Make FILE (CSV, or .gz of one; columns slug, movie, tv and imdb) the catalogue, in place of an earlier one.

    Rows that cannot be used are left out and counted; the operator guide has the Wikidata query that makes
    such a file.

    Example: almanac catalogue import wikidata.csv
    """
    rows = _Rows(file)
    with ready(redis=False):
        with engine().begin() as connection:
            held = store.replace(connection, rows)
        with engine().begin() as connection:
            found = store.look_up(connection)
    if as_json:
        print_json({"titles": held, "identified": found, "left_out": rows.left_out, "first": rows.first})
    say(f"the catalogue holds {held} titles; {found} films are identified by it")
    if rows.left_out:
        say(f"{rows.left_out} rows were left out, first {rows.first}")


class _Rows:
    """The usable titles of a file; afterwards, how many rows were not, and what was wrong with the first."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.left_out = 0
        self.first = ""

    def __iter__(self) -> Iterator[store.Title]:
        try:
            with self._open() as lines:
                yield from self._titles(csv.DictReader(lines))
        except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
            raise click.ClickException(f"{self.file}: cannot be read: {error}") from None

    def _open(self) -> IO[str]:
        if self.file.suffix == ".gz":
            return gzip.open(self.file, "rt", encoding="utf-8-sig", newline="")
        return self.file.open(encoding="utf-8-sig", newline="")

    def _titles(self, rows: csv.DictReader) -> Iterator[store.Title]:
        missing = [name for name in _COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise click.ClickException(f"{self.file}: line 1 has no column {missing[0]}; needed: {', '.join(_COLUMNS)}")
        for row in rows:
            values = {name: (row[name] or "").strip() for name in _COLUMNS}
            problem = _problem(values)
            if problem:
                self.left_out += 1
                self.first = self.first or f"line {rows.line_num}: {problem}"
                continue
            imdb = values["imdb"] if _IMDB.fullmatch(values["imdb"]) else None
            for kind in ("movie", "tv"):
                if values[kind]:
                    yield values["slug"], kind, int(values[kind]), imdb


def _problem(values: dict[str, str]) -> str | None:
    """What makes a row useless; an IMDb id that is none is only left away."""
    if not _SLUG.fullmatch(values["slug"]):
        return f"slug {values['slug'][:80]!r} is none of Letterboxd"
    for kind in ("movie", "tv"):
        if values[kind] and not _NUMBER.fullmatch(values[kind]):
            return f"{kind} {values[kind][:80]!r} is not a number"
    return None if values["movie"] or values["tv"] else "neither movie nor tv is given"
