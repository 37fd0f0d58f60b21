"""`almanac catalogue`: a dump tells which films are which titles, without a request."""

import gzip
import json

import pytest

from schema.store import films
from schema.store.films import Identity
from tests.cli.conftest import one_line, run


def test_a_dump_identifies_films_without_a_request(almanac, command_database, tmp_path):
    with command_database.begin() as connection:
        films.resolve(connection, [Identity("dumped", 90_001, "Dumped", 1999), Identity("torn", 90_002, "Torn", 1999)])
    file = tmp_path / "dump.csv.gz"
    rows = ["slug,movie,tv,imdb", "dumped,777001,,tt0777001", "torn,777002,,", "torn,,777003,", "odd,t13,,", "x,,,nm1"]
    file.write_bytes(gzip.compress("\n".join(rows).encode()))
    done = almanac("catalogue", "import", str(file), "--json")
    assert json.loads(done.stdout) == {
        "titles": 3,
        "identified": 1,
        "left_out": 2,
        "first": "line 5: movie 't13' is not a number",
    }
    found = run(
        command_database,
        "SELECT slug, tmdb_type, tmdb_id, imdb_id, identified_by FROM films WHERE slug IN ('dumped', 'torn')",
    )
    assert sorted(found) == [("dumped", "movie", 777001, "tt0777001", "catalogue"), ("torn", None, None, None, None)]
    shown = json.loads(almanac("enrich", "--queue", "--json").stdout)
    (torn,) = [entry for entry in shown if entry["slug"] == "torn"]
    assert sorted(each["tmdb"] for each in torn["candidates"]) == ["movie/777002", "tv/777003"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"slug,movie\n", "no column tv"), (b"", "no column slug"), (b"slug\xff,\n", "cannot be read")],
)
def test_a_file_that_is_no_dump_changes_nothing(almanac, command_database, tmp_path, content, said):
    before = run(command_database, "SELECT * FROM catalogue ORDER BY 1")
    file = tmp_path / "dump.csv"
    file.write_bytes(content)
    assert said in one_line(almanac("catalogue", "import", str(file)))
    assert run(command_database, "SELECT * FROM catalogue ORDER BY 1") == before
