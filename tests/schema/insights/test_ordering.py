"""Orders, and places in them, against plain sorting."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from schema.insights.ordering import Numeric, Textual, folded, marks, order, rows_until

rows = st.lists(
    st.tuples(st.none() | st.integers(0, 4), st.text(alphabet="abé", max_size=2), st.integers(0, 3)), max_size=25
)
foreign = st.tuples(st.none() | st.integers(-1, 5), st.text(alphabet="abé", max_size=3), st.integers(-1, 4))


def columns(table, down: bool, back: bool) -> list:
    """A column that may hold nothing, one of texts, and one that tells every row apart."""
    return [
        Numeric(np.array([np.nan if first is None else first for first, _, _ in table], dtype=float), down),
        Textual(np.array([text for _, text, _ in table], dtype=np.str_), back),
        Numeric(np.arange(len(table)), descending=False),
    ]


def sorted_rows(table, down: bool, back: bool) -> list[int]:
    """The same order by stable sorting, the last criterion first."""
    numbers = sorted(range(len(table)), key=lambda row: table[row][1], reverse=back)
    # Reversing keeps equals in the order they had, as sort(reverse=True) promises.
    known = [row for row in numbers if table[row][0] is not None]
    return sorted(known, key=lambda row: table[row][0], reverse=down) + [
        row for row in numbers if table[row][0] is None
    ]


@given(rows, st.booleans(), st.booleans())
def test_rows_are_sorted_and_the_unknown_come_last(table, down, back):
    assert order(columns(table, down, back)).tolist() == sorted_rows(table, down, back)


@given(rows, st.booleans(), st.booleans())
def test_reading_goes_on_behind_any_row(table, down, back):
    made = columns(table, down, back)
    for place, row in enumerate(order(made)):
        assert rows_until(made, marks(made, [row])[0]) == place + 1


@given(rows, foreign, st.booleans(), st.booleans())
def test_a_row_that_is_gone_still_marks_its_place(table, mark, down, back):
    first, text, _ = mark
    with_it = [*table, mark]
    # A row number before all others: the place before its equals.
    made = columns(table, down, back)
    place = rows_until(made, [first, text, -1.0])
    wanted = columns(with_it, down, back)
    wanted[2] = Numeric(np.array([*range(len(table)), -1]), descending=False)
    assert place == order(wanted).tolist().index(len(table))


def test_nothing_has_an_order_too():
    assert order(columns([], False, False)).tolist() == []
    assert rows_until(columns([], False, False), [1, "a", 0]) == 0


def test_case_and_accents_do_not_count():
    assert folded("Élan") == folded("ELAN") == "elan"
    assert folded("Straße") == "strasse"
