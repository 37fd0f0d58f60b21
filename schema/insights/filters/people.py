"""Finds the people that filters name."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights.given import FilterError, Names


@dataclass(frozen=True, slots=True)
class People:
    """The same as `Names`, looked up: each name as the terms (ids) that go by it."""

    any: tuple[frozenset[int], ...]
    all: tuple[frozenset[int], ...]
    none: tuple[frozenset[int], ...]


def find(connection: Connection, kind: str, wanted: Names) -> People:
    """Everyone whom `wanted` gives by name, in any case, or by TMDB's number; raises FilterError for the unknown."""
    given = sorted({*wanted.any, *wanted.all, *wanted.none})
    rows = connection.execute(
        text(
            "SELECT given.name, p.id FROM unnest(CAST(:names AS text[])) AS given(name)"
            " JOIN people p ON lower(p.name) = lower(given.name)"
            " UNION SELECT given.id::text, p.id FROM unnest(CAST(:ids AS int[])) AS given(id)"
            " JOIN people p ON p.tmdb_id = given.id"
        ),
        {"names": given, "ids": [int(name) for name in given if _is_number(name)]},
    ).all()
    found = {name: frozenset(id for given, id in rows if given in {name, _plain(name)}) for name in given}
    missing = [name for name, ids in found.items() if not ids]
    if missing:
        raise FilterError(f"{kind}: nobody here is called {', '.join(map(repr, missing))}")
    any_, all_, none = (tuple(found[name] for name in names) for names in (wanted.any, wanted.all, wanted.none))
    return People(any_, all_, none)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal() and int(name) < 2**31


def _plain(name: str) -> str:
    return str(int(name)) if _is_number(name) else name
