"""Gets many rows to the server at once: COPY into a temporary table, from where SQL takes them on."""

from collections.abc import Iterable, Sequence

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
