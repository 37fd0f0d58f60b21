"""Gets many rows to the server at once: COPY into a temporary table, from where SQL takes them on."""

import struct
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

_INTEGER, _TEXT = 23, 25  # what PostgreSQL calls these types


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

    int64 is a bigint, int32 an integer, int16 a smallint, float64 a double with nan for null, bool a boolean, bytes
    a text, and void a value as PostgreSQL sends it.
    """
    fields: list[tuple[str, object]] = [("fields", ">i2")]
    for name, values in columns.items():
        fields += [(f"{name} size", ">i4"), (name, values.dtype.newbyteorder(">"))]
    records = np.empty(len(next(iter(columns.values()))), dtype=fields)
    sent = np.ones((len(records), records.dtype.itemsize), dtype=np.bool_)
    records["fields"] = len(columns)
    for name, values in columns.items():
        records[f"{name} size"] = sizes = _sizes(values)
        records[name] = values
        start = records.dtype.fields[name][1]
        sent[:, start : start + values.itemsize] = np.arange(values.itemsize) < sizes[:, np.newaxis]
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))  # signature, no flags, no header extension
            copy.write(records.view(np.uint8).reshape(sent.shape)[sent].tobytes())
            copy.write(b"\xff\xff")
    finally:
        cursor.close()


def _sizes(values: NDArray) -> NDArray[np.int64]:
    """How many bytes each value has; -1 for a null."""
    match values.dtype.kind:
        case "S":
            return np.strings.str_len(values)
        case "f":
            return np.where(np.isnan(values), -1, values.itemsize)
    return np.full(len(values), values.itemsize)


def integer_arrays(rows: NDArray[np.int32]) -> NDArray[np.void]:
    """Each row of a matrix as an integer[] that `copy_arrays` can send."""
    width = rows.shape[1]
    packed = np.empty((len(rows), 5 + 2 * width), dtype=">i4")
    packed[:, :5] = 1, 0, _INTEGER, width, 1  # dimensions, no nulls, type, and the length and first index of the one
    packed[:, 5::2], packed[:, 6::2] = 4, rows
    return packed.view(np.dtype((np.void, packed.itemsize * packed.shape[1]))).ravel()


def text_array(texts: Sequence[str]) -> bytes:
    """A text[] that `copy_arrays` can send."""
    header = struct.pack(">iiiii", 1, 0, _TEXT, len(texts), 1) if texts else struct.pack(">iii", 0, 0, _TEXT)
    return header + b"".join(struct.pack(">i", len(each.encode())) + each.encode() for each in texts)


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
