"""What an export tells is what the database holds afterwards: all of it, nothing else, and nothing older."""

import csv
import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from crawler.exports import ExportError
from crawler.identity import id_from_lid
from crawler.imports import import_export
from schema.store import films, listings, members, reactions, vectors
from schema.store.films import Identity
from schema.store.imports import Taken
from schema.store.reactions import Reaction
from tests.crawler.exports.making import HEADERS, entry, files, zipped
from tests.realdata import shared

ACCOUNTS = ["account-a", "account-b", "account-c", "account-d"]


@pytest.fixture
def clean(database):
    with database.begin() as connection:
        tables = "ratings, rating_events, member_vectors, consents, listings, members, films, film_merges, feed_items"
        connection.execute(text(f"TRUNCATE {tables} CASCADE"))
    return database


def stored(engine, username="ada"):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.letterboxd_id, r.rating, r.liked, r.favorite, r.watched FROM ratings r"
                " JOIN films f ON f.id = r.film_id JOIN members m ON m.id = r.member_id WHERE m.username = :name"
            ),
            {"name": username},
        )
        return {row[0]: tuple(row[1:]) for row in rows}


def everything(engine):
    with engine.connect() as connection:
        return [
            connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all()
            for table in ("members", "films", "ratings", "rating_events", "member_vectors", "consents", "listings")
        ]


def take(engine, *, name="", exported_at=None, **told):
    return import_export(engine, zipped(files(**told)), "ada", name=name, exported_at=exported_at).taken


def at(day, month=1):
    return datetime(2026, month, day, tzinfo=UTC)


def independent(folder):
    """The reactions in an account's CSV files, read with nothing of ours but the number behind an address."""

    def table(name):
        path = folder / name
        return list(csv.DictReader(path.open(newline="", encoding="utf-8"))) if path.exists() else []

    def number(uri):
        return id_from_lid(uri.rpartition("/")[2])

    truth = {}
    for row in table("watched.csv"):
        truth.setdefault(number(row["Letterboxd URI"]), [None, False, False, False])[3] = True
    for row in table("ratings.csv"):
        truth.setdefault(number(row["Letterboxd URI"]), [None, False, False, False])[0] = round(
            2 * float(row["Rating"])
        )
    for row in table("likes/films.csv"):
        truth.setdefault(number(row["Letterboxd URI"]), [None, False, False, False])[1] = True
    for row in table("profile.csv"):
        for uri in row["Favorite Films"].split(", "):
            truth.setdefault(number(uri), [None, False, False, False])[2] = True
    return {film: tuple(facets) for film, facets in truth.items()}


@pytest.mark.real
@pytest.mark.parametrize("packed", [True, False], ids=["zip", "folder"])
@pytest.mark.parametrize("account", ACCOUNTS)
def test_real_accounts_equal_an_independent_read(clean, tmp_path, account, packed):
    folder = shared(f"exports/{account}")
    source = folder
    if packed:
        source = tmp_path / "export.zip"
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in folder.rglob("*.csv"):
                archive.write(path, path.relative_to(folder))
    username = account.replace("-", "_")
    done = import_export(clean, source, username)
    truth = independent(folder)
    assert stored(clean, username) == truth
    for file in done.export.files:
        lines = sum(1 for _ in csv.reader((folder / file.name).open(newline="", encoding="utf-8"))) - 1
        if file.unread is None:
            assert (file.rows, file.imported, file.left) == (lines, lines - file.duplicates, ())
        elif not file.name.startswith("lists/"):
            assert file.rows == lines
    before = everything(clean)
    assert import_export(clean, source, username).taken == Taken(told=0, withdrawn=0, older=())
    assert everything(clean) == before
    with clean.connect() as connection:
        dates = dict(
            connection.execute(
                text("SELECT letterboxd_id, rated_at::text FROM ratings JOIN films ON id = film_id WHERE rating > 0")
            ).all()
        )
    iso = {row["Letterboxd URI"]: row["Date"] for row in csv.DictReader((folder / "ratings.csv").open(newline=""))}
    assert all(dates[id_from_lid(uri[16:])] == day for uri, day in iso.items() if "/" not in day)
    assert len(dates) == len(iso)


def test_a_later_export_adds_changes_and_removes(clean):
    take(clean, ratings={1: "4", 2: "3", 3: "2"}, watched=[4], likes=[2, 5], favorites=[1, 2], exported_at=at(1))
    later = take(clean, ratings={1: "4.5", 2: "3", 6: "1"}, watched=[3], likes=[2], favorites=[6], exported_at=at(2))
    assert stored(clean) == {
        1: (9, False, False, True),
        2: (6, True, False, True),
        3: (None, False, False, True),
        6: (2, False, True, True),
    }
    assert later.withdrawn == 4  # films 4 and 5, and the favourites 1 and 2
    with clean.connect() as connection:
        events = set(
            connection.execute(
                text(
                    "SELECT letterboxd_id, facet, before, after FROM rating_events e JOIN films f ON f.id = film_id"
                    " WHERE facet <> 'watched'"
                )
            )
        )
        assert events == {
            (1, "rating", 8, 9),
            (3, "rating", 4, None),
            (6, "rating", None, 2),
            (5, "liked", 1, 0),
            (1, "favorite", 1, 0),
            (2, "favorite", 1, 0),
            (6, "favorite", 0, 1),
        }
        fresh = connection.execute(text("SELECT film_ids, ratings, flags FROM member_vectors")).one()
        vectors.rewrite(connection, connection.execute(text("SELECT id FROM members")).scalars().all())
        assert connection.execute(text("SELECT film_ids, ratings, flags FROM member_vectors")).one() == fresh


def test_an_older_export_changes_nothing(clean):
    take(clean, ratings={1: "4"}, likes=[1], exported_at=at(10))
    before = stored(clean)
    taken = take(clean, ratings={1: "1", 2: "5"}, favorites=[1], exported_at=at(9))
    assert stored(clean) == before
    assert set(taken.older) == {"rating", "liked", "watched", "favorite"}
    assert (taken.told, taken.withdrawn) == (0, 0)


def test_without_a_name_that_tells_the_newest_row_decides_which_is_older(clean):
    take(clean, ratings={1: "4"}, date="2025-06-01")
    assert take(clean, ratings={1: "2"}, date="2025-05-01").older
    assert not take(clean, ratings={1: "3"}, date="2025-06-01").older
    assert stored(clean)[1][0] == 6


def test_what_a_crawl_saw_later_stays(clean):
    with clean.begin() as connection:
        ada = members.upsert(connection, {"ada": None})["ada"]
        (film,) = films.resolve(connection, [Identity("film-1", 1, "Film 1", 2001)])
        reactions.upsert(
            connection, [Reaction(ada, film, 9, True)], ("rating", "liked"), source="crawl", observed_at=at(10)
        )
        listings.record(connection, 7, ada, "rated", observed_at=at(10), found=1)
    take(clean, ratings={1: "1", 2: "2"}, favorites=[1], exported_at=at(9))
    assert stored(clean) == {1: (9, True, True, False)}  # no profile was read, so the favourite is news
    take(clean, ratings={1: "1", 2: "2"}, exported_at=at(11))
    assert stored(clean) == {1: (2, False, False, True), 2: (4, False, False, True)}


def test_a_date_is_added_to_a_rating_that_a_crawl_told(clean):
    with clean.begin() as connection:
        ada = members.upsert(connection, {"ada": None})["ada"]
        (film,) = films.resolve(connection, [Identity("film-1", 1, "Film 1", 2001)])
        reactions.upsert(connection, [Reaction(ada, film, 8)], ("rating", "liked"), source="crawl", observed_at=at(1))
    content = files(ratings={1: "4"}) | {
        "diary.csv": f"{HEADERS['diary.csv']}\n2025-03-01,Film 1,2001,{entry(5)},4,,,2025-03-01\n"
    }
    del content["watched.csv"]
    import_export(clean, zipped(content), "ada", exported_at=at(2))
    with clean.connect() as connection:
        row = connection.execute(text("SELECT rated_at::text, diary_entry_url, watched FROM ratings")).one()
    assert row == ("2025-03-01", entry(5), False)


def test_what_an_export_does_not_hold_is_not_taken_back(clean):
    take(clean, ratings={1: "4"}, likes=[1, 2], favorites=[1], exported_at=at(1))
    content = files(ratings={1: "3"})
    del content["likes/films.csv"], content["profile.csv"], content["watched.csv"]
    import_export(clean, zipped(content), "ada", exported_at=at(2))
    assert stored(clean) == {1: (6, True, True, True), 2: (None, True, False, False)}


@pytest.mark.parametrize(
    ("file", "bad"),
    [("ratings.csv", "2025-01-01,Film 9,2001,https://boxd.it/1,eleven"), ("likes/films.csv", "not,a row")],
)
def test_nothing_of_a_bad_export_is_imported(clean, file, bad):
    take(clean, ratings={1: "4"}, exported_at=at(1))
    before = everything(clean)
    content = files(ratings={2: "5"}, likes=[3])
    with pytest.raises(ExportError):
        import_export(clean, zipped(content | {file: content[file] + bad + "\n"}), "ada", exported_at=at(2))
    assert everything(clean) == before


def test_the_title_of_a_favourite_that_no_file_mentions_is_learned_later(clean):
    take(clean, ratings={1: "4"}, favorites=[2], exported_at=at(1))
    with clean.begin() as connection:
        assert connection.execute(text("SELECT title FROM films WHERE letterboxd_id = 2")).scalar() == "film:2"
        films.resolve(connection, [Identity("film-2", 2, "Film 2", 2001)])
        assert connection.execute(text("SELECT title, slug FROM films WHERE letterboxd_id = 2")).one() == (
            "Film 2",
            "film-2",
        )


def test_who_gave_what_and_when_is_recorded_once(clean):
    export = zipped(files(ratings={1: "4"}, date="2025-01-01"))
    for _ in range(2):
        import_export(clean, export, "Ada", account_id=5)
    with clean.connect() as connection:
        consents = connection.execute(
            text(
                "SELECT username, source, account_id, withdrawn_at, detail->>'exported_at'"
                " FROM consents JOIN members m ON m.id = member_id"
            )
        ).all()
    assert consents == [("ada", "export", 5, None, "2025-01-01T00:00:00+00:00")]


def test_an_unpacked_folder_needs_no_archive(clean, tmp_path):
    for name, content in files(ratings={1: "4"}).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    import_export(clean, tmp_path, "ada")
    shutil.rmtree(tmp_path)
    assert stored(clean) == {1: (8, False, False, True)}
