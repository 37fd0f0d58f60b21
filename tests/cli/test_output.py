"""Tables and JSON on stdout, progress on stderr."""

import json

import pytest

from cli import output

ROWS = [{"rank": 1, "film": "[Amélie]", "average": 4.256}, {"rank": 12, "film": None, "average": 3.0}]
HEADINGS = {"rank": "#", "film": "Film", "average": "Average"}


def test_a_table_shows_the_asked_columns(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows(ROWS, HEADINGS, title="Top 2")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "Top 2"
    assert [cell.strip() for cell in lines[4].strip("│").split("│")] == ["1", "[Amélie]", "4.26"]
    assert [cell.strip() for cell in lines[5].strip("│").split("│")] == ["12", "", "3.00"]


def test_json_keeps_every_digit(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows(ROWS, HEADINGS, as_json=True, title="Top 2")
    assert json.loads(capsys.readouterr().out) == ROWS


def test_long_cells_survive_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_rows([{"film": "x" * 150}], {"film": "Film"})
    assert "x" * 150 in capsys.readouterr().out


def test_progress_is_plain_lines_off_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with output.progress() as update:
        for done in range(101):
            update("crawl", done, 100)
            update("enrich", done)
    assert capsys.readouterr() == ("", "crawl: 0 of 100\nenrich: 0\ncrawl: 100 of 100\nenrich: 100\n")
