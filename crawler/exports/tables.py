"""Reads a CSV file of an export row by row, each with its line, within limits that no member reaches."""

import csv
from collections.abc import Iterator, Sequence

from crawler.exports.archive import BROKEN, Archive
from crawler.exports.errors import ExportError, HostileArchive

_MOST_FILE_BYTES = 32 * 1024 * 1024
_MOST_ROWS = 100_000
_LONGEST_LINE = 256 * 1024

Row = tuple[int, dict[str, str]]


def rows(archive: Archive, name: str, columns: Sequence[str]) -> Iterator[Row]:
    """(line, column → text) for each row of a file whose header holds `columns`; raises ExportError."""
    records = _records(archive, name)
    _, header = next(records, (1, []))
    missing = [column for column in columns if column not in header]
    if missing or len(set(header)) < len(header):
        wrong = f"without {', '.join(missing)}" if missing else "with a column twice"
        raise ExportError(f"the header is {','.join(header)[:200]!r}, {wrong}", f"{name} line 1")
    for line, record in records:
        if len(record) != len(header):
            raise ExportError(f"{len(record)} fields under a header of {len(header)}", f"{name} line {line}")
        yield line, dict(zip(header, record, strict=True))


def count(archive: Archive, name: str) -> int:
    """How many rows a file has under its header."""
    return max(sum(1 for _ in _records(archive, name)) - 1, 0)


def _records(archive: Archive, name: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_lines(archive, name), strict=True)
    line, number = 1, 0
    try:
        for record in reader:
            if record:
                number += 1
                if number > _MOST_ROWS + 1:
                    raise HostileArchive(f"more than {_MOST_ROWS} rows", name)
                yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise ExportError(f"no CSV: {error}", f"{name} line {line}") from error


def _lines(archive: Archive, name: str) -> Iterator[str]:
    size = 0
    try:
        with archive.files[name]() as file:
            number = 0
            while raw := file.readline(_LONGEST_LINE + 1):
                number += 1
                size += len(raw)
                if len(raw) > _LONGEST_LINE or size > _MOST_FILE_BYTES:
                    raise HostileArchive("more text than any export has", f"{name} line {number}")
                yield _text(raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw, f"{name} line {number}")
    except BROKEN as error:
        raise HostileArchive(f"a damaged file: {error}", name) from error


def _text(raw: bytes, where: str) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise ExportError(f"byte {error.start} of the line is not UTF-8", where) from error
    if "\0" in text:
        raise ExportError("a NUL", where)
    return text
