"""`almanac vectors`: checks and remakes the packed copies that insights read."""

from collections.abc import Callable
from functools import partial
from types import ModuleType

import click
from sqlalchemy import Connection, text

from cli.output import Update, json_option, print_json, progress, say
from cli.ready import ready
from schema.engine import engine
from schema.store import film_columns, vectors

# What is packed, its rows at once, and where the ids come from. A transaction each, so that nobody waits long.
_PACKED = {
    "members": (vectors, 200, "SELECT id FROM members ORDER BY id"),
    "films": (film_columns, 5_000, "SELECT id FROM films ORDER BY id"),
}


@click.group(name="vectors")
def vectors_() -> None:
    """Check or remake what members' reactions and films are packed into for insights.

    Example: almanac vectors verify
    """


@vectors_.command()
@json_option
def verify(as_json: bool) -> int:
    """Compare every packed member and film with the tables; exit 1 when one differs. Changes nothing.

    Example: almanac vectors verify --json
    """
    found: dict[str, list[int]] = {}
    with ready(redis=False), progress() as update:
        for name, (packed, size, ids) in _PACKED.items():
            found[name] = _each(update, name, size, ids, packed.wrong)
    if as_json:
        print_json(found)
    for name, wrong in found.items():
        shown = ", ".join(map(str, wrong[:10])) + (" …" if len(wrong) > 10 else "")
        say(f"{name}: {f'{len(wrong)} differ from the tables: {shown}' if wrong else 'all equal the tables'}")
    return 1 if any(found.values()) else 0


@vectors_.command()
@json_option
def rebuild(as_json: bool) -> None:
    """Pack every member and film anew. What was right stays as it is; run it while everything works.

    Example: almanac vectors rebuild
    """
    with ready(redis=False):
        changed = remake()
    if as_json:
        print_json(changed)


def remake() -> dict[str, int]:
    """Packs anew what is not packed as it should be, and says so; how many of each kind."""
    with progress() as update:
        changed = {
            name: sum(_each(update, name, size, ids, partial(_mend, packed)))
            for name, (packed, size, ids) in _PACKED.items()
        }
    for name, number in changed.items():
        say(f"{name}: {number} were wrong and are right now" if number else f"{name}: all were right")
    return changed


def _mend(packed: ModuleType, connection: Connection, ids: list[int]) -> list[int]:
    return [packed.rewrite(connection, packed.wrong(connection, ids))]


def _each(
    update: Update, name: str, size: int, ids: str, work: Callable[[Connection, list[int]], list[int]]
) -> list[int]:
    """What `work(connection, ids)` gives for all ids, so many at a time."""
    with engine().connect() as connection:
        everyone = list(connection.execute(text(ids)).scalars())
    given: list[int] = []
    for start in range(0, len(everyone), size):
        update(name, start, len(everyone))
        with engine().begin() as connection:
            given += work(connection, everyone[start : start + size])
    update(name, len(everyone), len(everyone))
    return given
