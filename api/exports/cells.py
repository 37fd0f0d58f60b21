"""CSV as RFC 4180 has it, of which no cell is a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Cell = str | int | float | None

# With these, also as full-width characters, spreadsheets take a text for a formula, and may run it.
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
_BREAKS = re.compile(r"[\r\n]+")
_BETWEEN = "; "


def text(value: str | None) -> str | None:
    """A text on one line that no spreadsheet takes for a formula: one that could be begins with an apostrophe."""
    if value is None:
        return None
    value = _BREAKS.sub(" ", value)
    return f"'{value}" if value.startswith("\t") or value.lstrip()[:1] in _FORMULA else value


def joined(values: Iterable[str]) -> str | None:
    """Several texts in one cell."""
    return text(_BETWEEN.join(values))


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as lines; nothing for None, numbers with every digit."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
