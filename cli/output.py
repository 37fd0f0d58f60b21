"""How commands speak: tables or JSON on stdout, progress and remarks on stderr."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")

_PLAIN_SECONDS = 5.0


class Update(Protocol):
    """Reports how far one named step is; call it as often as you like."""

    def __call__(self, step: str, done: int, total: int | None = None) -> None: ...


def say(remark: str) -> None:
    """A remark for the person at the terminal; never part of the output."""
    click.echo(remark, err=True)


def print_json(value: Any) -> None:
    """One JSON document on stdout; dates and other objects as their text."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str))


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    headings: Mapping[str, str],
    *,
    as_json: bool = False,
    title: str | None = None,
) -> None:
    """A table of `rows` under `headings` (key → heading, in order), or, for programs, a JSON list of them.

    Numbers stand right, fractions with two decimals, None is left blank. JSON keeps every key and digit.
    """
    rows = list(rows)
    if as_json:
        return print_json(rows)
    table = Table(title=title, title_justify="left")
    for key, heading in headings.items():
        numeric = any(_is_number(row[key]) for row in rows)
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row[key]) for key in headings))
    # A pipe has no width: a row must not be cut to 80 characters for the program that reads it.
    Console(file=sys.stdout, markup=False, highlight=False, width=None if sys.stdout.isatty() else 200).print(table)
    return None


@contextmanager
def progress() -> Iterator[Update]:
    """Yields an Update: a bar a step on a terminal; elsewhere a line when a step begins, ends, and between."""
    if not sys.stderr.isatty():
        with _plain_lines(say) as update:
            yield update
        return
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def update(step: str, done: int, total: int | None = None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield update


@contextmanager
def _plain_lines(write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> Iterator[Update]:
    latest: dict[str, str] = {}
    written: dict[str, tuple[float, str]] = {}

    def put(step: str) -> None:
        written[step] = (clock(), latest[step])
        write(latest[step])

    def update(step: str, done: int, total: int | None = None) -> None:
        latest[step] = f"{step}: {done}" + (f" of {total}" if total is not None else "")
        when, line = written.get(step, (float("-inf"), ""))
        if latest[step] != line and (done == total or clock() - when >= _PLAIN_SECONDS):
            put(step)

    try:
        yield update
    finally:
        for step in latest:
            if written[step][1] != latest[step]:
                put(step)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)
