"""Gets many rows to the server at once: COPY into a temporary table, from where SQL takes them on."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text


def copy_into(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """COPYs `rows` into `table`; names are ours, never input. Runs in the caller's transaction."""
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()


def copy_arrays(connection: Connection, table: str, columns: Mapping[str, NDArray]) -> None:
    """COPYs parallel arrays into `table`, in binary, where types must fit exactly.

    int64 is a bigint, int32 an integer, int16 a smallint, float64 a double, bool a boolean, and bytes a text in
    which every value is as long as the longest. Nothing can be null.
    """
    fields: list[tuple[str, object]] = [("fields", ">i2")]
    for name, values in columns.items():
        fields += [(f"{name} size", ">i4"), (name, values.dtype.newbyteorder(">"))]
    records = np.empty(len(next(iter(columns.values()))), dtype=fields)
    records["fields"] = len(columns)
    for name, values in columns.items():
        records[f"{name} size"] = values.dtype.itemsize
        records[name] = values
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)") as copy:
            # Signature, no flags, no header extension; and the trailer.
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + records.tobytes() + b"\xff\xff")
    finally:
        cursor.close()


def empty_temporary(connection: Connection, table: str, columns: dict[str, str]) -> None:
    """Makes sure that the temporary `table` (column → type) exists and is empty.

    The table outlives the transaction, emptied, because creating one costs more than the rows of a page do.
    """
    definition = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {table} ({definition}) ON COMMIT DELETE ROWS"))
    connection.execute(text(f"TRUNCATE {table}"))


def fill_temporary(connection: Connection, table: str, columns: dict[str, str], rows: Iterable[Sequence]) -> None:
    """Makes the temporary `table` hold exactly `rows`, until the transaction ends."""
    empty_temporary(connection, table, columns)
    copy_into(connection, table, list(columns), rows)
