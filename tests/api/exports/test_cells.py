"""Cells that spreadsheets take for text, numbers for numbers."""

import csv
import io

import pytest

from api.exports import cells


@pytest.mark.parametrize("value", ["=1+1", "+1", "-30-", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "\r\n=1", "\u00a0=1"])
def test_no_text_is_a_formula(value):
    assert cells.text(value).startswith("'")
    (line,) = csv.reader(io.StringIO(cells.lines([[cells.text(value), cells.joined([value, "b"])]]), newline=""))
    assert all(cell.startswith("'") for cell in line)


@pytest.mark.parametrize("value", ["Élan", "8½", "'t Hooft", "1984", "a=b", ""])
def test_other_texts_stay_as_they_are(value):
    assert cells.text(value) == value and cells.text(None) is None


def test_numbers_are_not_texts():
    assert cells.lines([[-0.5, None, 3]]) == "-0.5,,3\r\n"
