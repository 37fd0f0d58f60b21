"""`almanac export`: the server's CSV, and lists that Letterboxd's importer takes."""

import csv
import io
import json
import tracemalloc

import pytest
from sqlalchemy import text

from api.exports import letterboxd, table
from api.exports.offline import bodies
from api.exports.question import Question
from cli import export as exporting
from cli.main import main
from crawler.identity import lid_from_id
from schema.attribution import NOTICES
from schema.store import cohorts, films, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.conftest import Api
from tests.api.world import CIRCLE, FOLLOWED, NOW, build

FILTER = '{"average": {"min": 3}}'


@pytest.fixture(scope="module")
def world(database):
    world = build(database)
    with database.begin() as connection:
        connection.execute(text("UPDATE films SET tmdb_id = 77, tmdb_type = 'tv' WHERE slug = 'film-9'"))
        connection.execute(text("UPDATE films SET title = '=1' WHERE slug = 'film-10'"))
    return world


@pytest.fixture(autouse=True)
def here(database, world, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))


def read(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.mark.parametrize("given", [{}, {"filter": FILTER, "orderBy": '[{"by": "WATCHERS"}]', "ranking": "WILSON"}])
def test_it_writes_what_the_server_gives(database, world, capfdbinary, given):
    options = {"filter": "--filter", "orderBy": "--order-by", "ranking": "--ranking"}
    arguments = [part for name, value in given.items() for part in (options[name], value)]
    assert main(["export", CIRCLE, "--format", "csv", *arguments]) == 0
    out, err = capfdbinary.readouterr()
    assert out == Api(database).get(f"/exports/cohorts/{world.cohort_id}.csv", params=given).content
    assert all(notice in err.decode() for notice in NOTICES)


def _notes(said):
    ratings = [rating / 2 for rating, _, _ in said if rating]
    stars = f"{sum(ratings) / len(ratings):.2f} stars from {len(ratings)} ratings"
    return f"{stars}, liked by {sum(liked for _, liked, _ in said)} of {len(said)}"


def test_a_list_for_the_importer(world, capfdbinary, tmp_path):
    file = tmp_path / "list.csv"
    arguments = ["--filter", FILTER, "--output", str(file), "--json"]
    assert main(["export", str(world.cohort_id), "--format", "letterboxd", *arguments]) == 0
    told = json.loads(capfdbinary.readouterr().out)
    rows = read(file.read_bytes())
    assert told == {
        "id": world.cohort_id,
        "label": CIRCLE,
        "format": "letterboxd",
        "films": len(rows),
        "files": [str(file)],
    }
    assert main(["export", CIRCLE, "--format", "csv", "--filter", FILTER]) == 0
    figures = read(capfdbinary.readouterr().out)
    assert [row["LetterboxdURI"] for row in rows] == [row["letterboxdUri"] for row in figures]
    by_uri = {row["LetterboxdURI"]: row for row in rows}
    assert by_uri[f"https://boxd.it/{lid_from_id(100)}"] == {
        "LetterboxdURI": f"https://boxd.it/{lid_from_id(100)}",
        "tmdbID": "1398",
        "imdbID": "tt0079944",
        "Title": "Stalker",
        "Year": "1979",
        "Directors": "Andrei Tarkovsky",
        "Review": _notes(world.of(FOLLOWED, "stalker")),
    }
    titles = {row["Title"]: row["tmdbID"] for row in rows}
    assert titles["'=1"] == "" and titles.get("Film 9", "") == ""  # a series has numbers of its own
    # With a rating or a date the importer would log films.
    assert not {"Rating", "Rating10", "WatchedDate"} & set(rows[0])


def test_what_is_too_large_for_the_importer_goes_into_several_files(world, capfdbinary, tmp_path, monkeypatch):
    assert main(["export", CIRCLE, "--format", "letterboxd"]) == 0
    whole = capfdbinary.readouterr().out
    monkeypatch.setattr(letterboxd.files, "__defaults__", (1_000,))
    file = tmp_path / "list.csv"
    assert main(["export", CIRCLE, "--format", "letterboxd", "--output", str(file), "--json"]) == 0
    files = json.loads(capfdbinary.readouterr().out)["files"]
    assert files[:2] == [str(file), str(tmp_path / "list-2.csv")] and len(files) > 2
    assert sorted(map(str, tmp_path.iterdir())) == sorted(files)
    parts = [(tmp_path / name).read_bytes() for name in files]
    assert all(len(part) <= 1_000 for part in parts)
    assert [row for part in parts for row in read(part)] == read(whole)
    assert main(["export", CIRCLE, "--format", "letterboxd"]) == 1
    assert b"--output makes several files" in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says", "code"),
    [
        (["nowhere", "--format", "csv"], "no cohort 'nowhere': see `almanac cohort list`", 1),
        ([CIRCLE], "Missing option '--format'", 2),
        ([CIRCLE, "--format", "csv", "--json"], "--json: give --output, too", 2),
        ([CIRCLE, "--format", "csv", "--filter", "{"], "--filter: is not valid JSON", 2),
        ([CIRCLE, "--format", "csv", "--filter", '{"x": 1}'], "--filter: Expected value of type 'FilmFilter'", 2),
        (
            [CIRCLE, "--format", "csv", "--filter", '{"runtime": {"min": 2, "max": 1}}'],
            "--filter.runtime: min 2 is more than max 1",
            2,
        ),
        (
            [CIRCLE, "--format", "csv", "--filter", '{"genres": {"any": ["Westrn"]}}'],
            "--filter: genres: no film here has 'Westrn'",
            1,
        ),
        ([CIRCLE, "--format", "csv", "--order-by", '[{"by": "X"}]'], "--order-by[0].by: Value 'X' does not exist", 2),
        ([CIRCLE, "--format", "csv", "--ranking", "X"], "--ranking: Value 'X' does not exist", 2),
        ([CIRCLE, "--format", "csv", "--output", "/nowhere/x.csv"], "--output: ", 1),
    ],
)
def test_what_cannot_be_exported_is_one_line(world, capfdbinary, arguments, says, code):
    assert main(["export", *arguments]) == code
    out, err = capfdbinary.readouterr()
    assert out == b"" and says in err.decode().splitlines()[-1]


def test_a_file_is_whole_or_not_there(world, tmp_path, monkeypatch):
    file = tmp_path / "films.csv"
    file.write_text("as it was")
    monkeypatch.setattr(table, "_PART", 9)
    whole = table.body

    def broken(part):
        if not part.first:
            raise OSError(28, "No space left on device")
        return whole(part)

    monkeypatch.setattr(exporting, "_FORMATS", {"csv": exporting._FORMATS["csv"]._replace(body=broken)})
    assert main(["export", CIRCLE, "--format", "csv", "--output", str(file)]) == 1
    assert file.read_text() == "as it was" and list(tmp_path.iterdir()) == [file]


def test_memory_does_not_grow_with_the_films(world, database):
    """Of what films are, a portion is in memory at a time."""
    with database.begin() as connection:
        cohort = cohorts.create(connection, "large", {"usernames": ["ivy"]})
        ivy = world.member_ids["ivy"]
        cohorts.set_members(connection, cohort, [ivy])
        ids = films.resolve(connection, [Identity(f"many-{n}", 10_000 + n, "x" * 900, 2000) for n in range(1_500)])
        given = [Reaction(ivy, film, 8, True, False) for film in ids]
        reactions.upsert(connection, given, reactions.FACETS, source="crawl", observed_at=NOW, record=False)
        vectors.rewrite(connection, [ivy])
        count, parts = bodies(connection, cohort, Question(), table.body)
        next(parts)
        tracemalloc.start()
        try:
            for _ in range(2):
                next(parts)
            two = tracemalloc.get_traced_memory()[1]
            tracemalloc.reset_peak()
            left = 0
            while next(parts, None):
                left += 1
            many = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (count, left) == (1_502, 7 - 3)
    assert many < 1.2 * two
