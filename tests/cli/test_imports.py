"""`almanac import`, `parse export`, `feed` and `withdraw`, as an operator uses them."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from cli.parse import parse
from tests.cli.conftest import one_line
from tests.crawler.exports.making import files, film, zipped


@pytest.fixture
def export(tmp_path):
    path = tmp_path / "letterboxd-mina-2026-01-31-17-05-utc.zip"
    path.write_bytes(
        zipped(files("mina", ratings={1: "4.5", 2: "3"}, watched=[3], likes=[1], favorites=[2])).getvalue()
    )
    return path


def rows(engine):
    with engine.connect() as connection:
        return connection.execute(text("SELECT rating, liked, favorite, source FROM ratings ORDER BY film_id")).all()


def test_an_export_comes_and_goes(almanac, export, command_database):
    done = almanac("import", str(export), "--member", "Mina", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["member"], told["films"], told["older"]) == ("mina", 3, [])
    assert told["exported_at"] == "2026-01-31T17:05:00+00:00"
    assert {file["name"]: file["imported"] for file in told["files"]} == {
        "profile.csv": 1,
        "watched.csv": 3,
        "ratings.csv": 2,
        "likes/films.csv": 1,
    }
    assert sorted(rows(command_database), key=str) == [
        (6, False, True, "export"),
        (9, True, False, "export"),
        (None, False, False, "export"),
    ]
    again = almanac("import", str(export), "--member", "mina")
    assert "watched.csv" in again.stdout
    assert again.stderr.splitlines()[-1] == (
        "3 films as of 2026-01-31 17:05 UTC: 0 reactions new or changed, 0 withdrawn"
    )
    gone = almanac("withdraw", "mina", "--source", "export", "--json")
    assert json.loads(gone.stdout)["removed"] > 0
    assert rows(command_database) == []


def test_what_cannot_be_imported_is_one_line(almanac, export, tmp_path):
    line = one_line(almanac("import", str(export), "--member", "bo"), code=3)
    assert "another member's export at profile.csv line 2: it is 'mina', not 'bo'" in line
    assert "no member 'nobody' is known" in one_line(almanac("withdraw", "nobody", "--source", "rss"))
    assert "not a Letterboxd username" in one_line(almanac("import", str(export), "--member", "../x"), code=2)
    future = almanac("import", str(export), "--member", "mina", "--exported-at", "2999-01-01")
    assert "--exported-at" in one_line(future, code=2)


def test_feeds_are_listed_once_somebody_opted_in(almanac):
    assert almanac("feed", "opt-in", "Mina").returncode == 0
    assert almanac("feed", "opt-in", "mina").returncode == 0
    (feed,) = json.loads(almanac("feed", "list", "--json").stdout)
    assert (feed["username"], feed["entries"], feed["read_at"], feed["problem"]) == ("mina", 0, None, None)
    assert almanac("withdraw", "mina", "--source", "rss").returncode == 0
    assert json.loads(almanac("feed", "list", "--json").stdout) == []


def run(*arguments, body=None):
    return CliRunner().invoke(parse, [str(argument) for argument in arguments], input=body)


def test_parse_prints_a_line_a_film(export):
    for result in (run("export", export), run("export", "-", body=export.read_bytes())):
        assert result.exit_code == 0, result.output
        films = [json.loads(line) for line in result.stdout.splitlines()]
        assert len(films) == 3
        (best,) = [film for film in films if film["rating"] == 4.5]
        assert {"film_uri", "title", "year", "rating", "liked", "favorite", "rated_at"} <= best.keys()
        assert (best["letterboxd_id"], best["liked"], best["rated_at"]) == (1, True, "2025-03-01")


def test_parse_refuses_what_it_cannot_trust(tmp_path):
    content = files("mina", ratings={1: "3"})
    bad = tmp_path / "bad.zip"
    bad.write_bytes(zipped(content | {"ratings.csv": content["ratings.csv"] + film(2, "11") + "\n"}).getvalue())
    result = run("export", bad)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "bad.zip" in result.stderr and "ratings.csv line 3" in result.stderr
    assert run("rated", tmp_path).exit_code == 2
