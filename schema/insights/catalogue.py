"""Loads the film columns, keeps them for all requests of a process, and brings them up to date by what changed."""

from dataclasses import replace

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.film_columns import NAMES, NUMBERS, PEOPLE, Change, FilmColumns, Pairs

# Films changed since a moment by transactions that are over.
CHANGED = (
    "(changed_in >= :since AND (:since = 0 OR changed_in < pg_snapshot_xmax(pg_current_snapshot())::text::bigint))"
)
MOMENT = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
"""Every transaction before the first was over, none from the second on had begun."""
_COLUMNS = text(
    f"""
    SELECT {MOMENT},
           string_agg(int4send(film_id), ''::bytea), string_agg(int8send(changed_in), ''::bytea), array_agg(title),
           array_agg(original_title),
           {", ".join(f"string_agg(float8send(coalesce({name}::float8, 'NaN')), ''::bytea)" for name in NUMBERS)},
           {", ".join(f"string_agg(int4send(length({n}) / 4), ''::bytea), string_agg({n}, ''::bytea)" for n in PEOPLE)}
    FROM film_columns WHERE {CHANGED}
    """
).execution_options(binary=True)
_NAMES = text(
    " UNION ALL ".join(
        f"SELECT '{name}', string_agg(int4send(film_id), ''::bytea), array_agg(name)"
        f" FROM film_columns, unnest({name}) AS name WHERE {CHANGED}"
        for name in NAMES
    )
).execution_options(binary=True)


class Fetched:
    """What has changed since `base`, as fetched, still to be worked in."""

    def __init__(self, base: FilmColumns, since: int, until: int, change: Change | None) -> None:
        self._base, self._since, self._until, self._change = base, since, until, change

    def columns(self) -> FilmColumns:
        """The columns at the moment of the fetch. Milliseconds of arithmetic when much has changed."""
        if self._change is None:
            return replace(self._base, since=self._since, until=self._until)
        return self._base.moved(self._since, self._until, self._change)


def changes(connection: Connection, base: FilmColumns) -> Fetched:
    """What films have changed since `base`, seen from the transaction's snapshot; all of them for an empty base.

    One statement when nothing has. Ask for it in the same REPEATABLE READ transaction as the vectors.
    """
    where = {"since": base.since}
    since, until, film_ids, stamps, titles, originals, *packed = connection.execute(_COLUMNS, where).one()
    if film_ids is None:
        return Fetched(base, since, until, None)
    films = np.frombuffer(film_ids, ">i4").astype(np.int64)
    numbers, people = packed[: len(NUMBERS)], packed[len(NUMBERS) :]
    change = Change(
        films,
        np.frombuffer(stamps, ">i8").astype(np.int64),
        titles,
        originals,
        {name: np.frombuffer(column, ">f8").astype(np.float64) for name, column in zip(NUMBERS, numbers, strict=True)},
        {name: _names(*each) for name, *each in connection.execute(_NAMES, where)},
        {name: _people(films, *each) for name, *each in zip(PEOPLE, people[::2], people[1::2], strict=True)},
    )
    return Fetched(base, since, until, change)


def load(connection: Connection) -> FilmColumns:
    """All film columns as the transaction sees them."""
    return changes(connection, FilmColumns()).columns()


class Catalogue:
    """The newest film columns that any request of this process has seen."""

    def __init__(self) -> None:
        self.columns = FilmColumns()

    def publish(self, columns: FilmColumns) -> None:
        """Lets later requests start from these columns, unless newer ones are here already."""
        if columns.until >= self.columns.until:
            self.columns = columns


def _names(owners: bytes | None, spelled: list[str] | None) -> tuple[np.ndarray, list[str]]:
    return np.frombuffer(owners or b"", ">i4").astype(np.int32), spelled or []


def _people(films: np.ndarray, lengths: bytes, people: bytes) -> Pairs:
    owners = np.repeat(films.astype(np.int32), np.frombuffer(lengths, ">i4"))
    return Pairs.of(owners, np.frombuffer(people, ">i4").astype(np.int32))
