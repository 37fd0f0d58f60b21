"""An export is read into one record a film, and every row is accounted for."""

from datetime import UTC, date, datetime

import pytest

from crawler.exports import ExportError, ForeignExport, opened, read
from tests.crawler.exports.making import FILM, HEADERS, entry, files, film, uri, zipped


def reading(content, username=None, name=""):
    with opened(zipped(content), name) as archive:
        return read(archive, username)


def by_number(export):
    return {film.letterboxd_id: film for film in export.films}


def account(export, name):
    (found,) = [file for file in export.files if file.name == name]
    return found


def test_ratings_likes_films_watched_and_favourites():
    export = reading(files(ratings={1: "4.5", 2: "0.5"}, watched=[3], likes=[2, 4], favorites=[1, 9]))
    films = by_number(export)
    seen = {n: (f.rating, f.liked, f.watched, f.favorite) for n, f in films.items()}
    assert seen == {
        1: (9, False, True, True),
        2: (1, True, True, False),
        3: (None, False, True, False),
        4: (None, True, False, False),
        9: (None, False, False, True),
    }
    assert films[1].film_uri == uri(1)
    assert films[1].rated_at == date(2025, 3, 1)
    assert (films[3].rated_at, films[9].title) == (None, None)
    assert export.knows == {"rating", "liked", "watched", "favorite"}
    assert export.username == "ada"


def test_titles_are_texts_whatever_they_look_like():
    rows = [
        f"2025-01-01,1917,2019,{uri(1)}",
        f'2025-01-01,"Good, ""Bad""",,{uri(2)}',
        f"2025-01-01,Élan vital,2001,{uri(3)}",
        f'2025-01-01,"Two\nlines",2001,{uri(4)}',
    ]
    films = by_number(reading({"watched.csv": "\r\n".join([FILM, *rows])}))
    assert [(f.title, f.year) for f in films.values()] == [
        ("1917", 2019),
        ('Good, "Bad"', None),
        ("Élan vital", 2001),
        ("Two lines", 2001),
    ]


def test_a_diary_entry_finds_its_film_by_name_and_year():
    content = files(ratings={1: "3"}, watched=[2]) | {
        "diary.csv": "\n".join(
            [
                HEADERS["diary.csv"],
                f"2025-01-02,Film 1,2001,{entry(11)},3,,,2025-01-01",
                f"2024-01-02,Film 1,2001,{entry(12)},4,Yes,tag,2024-01-01",
                f"2025-01-02,Film 2,,{entry(13)},,,,2025-01-01",
                f"2025-01-02,Film 1,2001,{entry(11)},3,,,2025-01-01",
                "2025-01-02,Lost,2001,,3,,,2025-01-01",
            ]
        )
    }
    export = reading(content)
    assert by_number(export)[1].diary_uri == entry(11)
    found = account(export, "diary.csv")
    assert (found.rows, found.imported, found.duplicates) == (5, 2, 1)
    assert [line for line, _ in found.left] == [4, 6]
    assert "no film of this name and year" in found.left[0][1]


def test_two_films_of_one_name_and_year_leave_the_diary_open():
    rows = [f"2025-01-01,Alone,2020,{uri(n)}" for n in (1, 2)]
    diary = f"2025-01-02,Alone,2020,{entry(11)},3,,,2025-01-01"
    export = reading({"watched.csv": "\n".join([FILM, *rows]), "diary.csv": f"{HEADERS['diary.csv']}\n{diary}"})
    assert all(film.diary_uri is None for film in export.films)
    assert "several films" in account(export, "diary.csv").left[0][1]


def test_old_exports_have_whole_addresses():
    rows = [
        "2015-01-01,Heat,1995,http://letterboxd.com/film/heat-1995/",
        "2015-01-01,Film,,https://letterboxd.com/film/film:77/",
    ]
    diary = "2015-01-02,Other,1995,https://letterboxd.com/ada/film/heat-1995/1/,3,,,2015-01-01"
    export = reading({"watched.csv": "\n".join([FILM, *rows]), "diary.csv": f"{HEADERS['diary.csv']}\n{diary}"})
    assert [(f.slug, f.letterboxd_id) for f in export.films] == [("heat-1995", None), (None, 77)]
    assert export.films[0].diary_uri == "https://letterboxd.com/ada/film/heat-1995/1/"


def test_a_row_without_an_address_is_left_out_with_the_reason():
    content = {"watched.csv": f"{FILM}\n{film(1)}\n2025-01-01,Gone,2001,\n"}
    found = account(reading(content), "watched.csv")
    assert (found.rows, found.imported, found.left) == (2, 1, ((3, "no address: the film is no longer on Letterboxd"),))


def test_of_two_rows_for_a_film_the_later_counts():
    rows = [film(1, "5", date="2025-02-01"), film(1, "1", date="2025-01-01"), film(1, "2", date="2025-03-01")]
    export = reading({"ratings.csv": "\n".join([HEADERS["ratings.csv"], *rows])})
    assert by_number(export)[1].rating == 4
    assert account(export, "ratings.csv").duplicates == 2


@pytest.mark.parametrize(
    ("dates", "rating", "counts"),
    [(("2025-01-01", "2025-02-01"), 8, (1, 0, 1)), (("2025-02-01", "2025-01-01"), None, (0, 1, 1))],
)
def test_two_rows_for_a_film_of_which_one_has_no_rating(dates, rating, counts):
    rows = [film(1, stars, date=date) for stars, date in zip(("", "4"), dates, strict=True)]
    export = reading({"ratings.csv": "\n".join([HEADERS["ratings.csv"], *rows])})
    found = account(export, "ratings.csv")
    assert by_number(export)[1].rating == rating
    assert (found.imported, found.duplicates, len(found.left)) == counts


def test_columns_may_come_in_any_order_with_others_between():
    header, row = "Rating,Mine,Letterboxd URI,Year,Name,Date", f"4.5,x,{uri(1)},,1917,2025-01-01"
    (only,) = reading({"ratings.csv": f"\ufeff{header}\r\n\r\n{row}\r\n"}).films
    assert (only.letterboxd_id, only.title, only.year, only.rating) == (1, "1917", None, 9)


def test_an_archive_in_the_archive_is_not_opened():
    inner = zipped(files(ratings={2: "5"})).getvalue()
    export = reading(files(ratings={1: "3"}) | {"more.zip": inner})
    assert by_number(export).keys() == {1}
    assert account(export, "more.zip").unread


def test_deleted_and_orphaned_rows_are_no_reactions():
    gone = {f"{folder}/{name}": text for folder in ("deleted", "orphaned") for name, text in files().items()}
    told = {f"{folder}/ratings.csv": f"{HEADERS['ratings.csv']}\n{film(9, '5')}" for folder in ("deleted", "orphaned")}
    export = reading(files(ratings={1: "3"}) | gone | told)
    assert by_number(export).keys() == {1}
    assert (account(export, "deleted/ratings.csv").rows, account(export, "orphaned/ratings.csv").rows) == (1, 1)


def test_a_rating_left_empty_is_no_rating():
    export = reading({"ratings.csv": f"{HEADERS['ratings.csv']}\n{film(1, '')}"})
    assert by_number(export)[1].rating is None
    assert account(export, "ratings.csv").left == ((2, "no rating"),)


def test_dates_that_a_spreadsheet_rewrote_are_understood():
    export = reading({"ratings.csv": f"{HEADERS['ratings.csv']}\n{film(1, '4', date='6/30/2022')}"})
    assert by_number(export)[1].rated_at == date(2022, 6, 30)


def test_files_that_tell_no_reaction_are_counted_and_say_why():
    content = files(ratings={1: "3"}) | {
        "watchlist.csv": f"{FILM}\n{film(7)}\n",
        "orphaned/diary.csv": f"{HEADERS['diary.csv']}\n2025-01-01,Gone,2020,,3.5,,,2025-01-01\n",
        "lists/best.csv": "Letterboxd list export v7\n",
        "notes.txt": "mine",
    }
    export = reading(content)
    assert (account(export, "orphaned/diary.csv").rows, account(export, "watchlist.csv").rows) == (1, 1)
    assert "no longer" in account(export, "orphaned/diary.csv").unread
    assert account(export, "notes.txt").unread == "unknown to account exports"
    for file in export.files:
        assert file.unread or file.rows == file.imported + file.duplicates + len(file.left)


def test_a_file_that_is_missing_is_not_known_to_be_empty():
    content = files(ratings={1: "3"})
    del content["likes/films.csv"], content["profile.csv"]
    export = reading(content, "anybody")
    assert (export.knows, export.username) == ({"rating", "watched"}, None)


@pytest.mark.parametrize("folder", ["letterboxd-ada/", "any name/"])
@pytest.mark.parametrize("beside", [{}, {".DS_Store": "x"}, {"__MACOSX/._ratings.csv": "x"}])
def test_a_folder_packed_anew_has_its_name_in_front(folder, beside):
    content = {folder + name: text for name, text in files(ratings={1: "3"}).items()}
    assert len(reading(content | beside).films) == 1


def test_an_unpacked_folder_is_as_good(tmp_path):
    for name, text in files(ratings={1: "3"}, likes=[2]).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    with opened(tmp_path) as archive:
        assert len(read(archive, "Ada").films) == 2


def test_the_name_of_the_file_says_when_it_was_made_else_the_newest_row():
    content = files(ratings={1: "3"}, date="2025-03-01")
    assert reading(content).exported_at == datetime(2025, 3, 1, tzinfo=UTC)
    named = reading(content, name="letterboxd-ada-2025-06-02-17-05-utc.zip")
    assert named.exported_at == datetime(2025, 6, 2, 17, 5, tzinfo=UTC)
    assert reading(content, name="letterboxd-ada-2020-01-01-00-00-utc.zip").exported_at.year == 2025


def test_another_members_export_is_refused():
    with pytest.raises(ForeignExport, match="it is 'ada', not 'bo'"):
        reading(files(ratings={1: "3"}), "Bo")


LONG = f"https://letterboxd.com/{'a' * 99}/film/x/"


def broken(name, *lines):
    return files(ratings={1: "3"}) | {name: "\n".join(lines)}


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (broken("ratings.csv", "Film,Stars", "x,1"), "ratings.csv line 1", "header"),
        (broken("watched.csv", "<html>no", ""), "watched.csv line 1", "header"),
        (broken("ratings.csv", "", ""), "ratings.csv line 1", "header"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "5.5")), "ratings.csv line 2", "Rating is '5.5'"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "four")), "ratings.csv line 2", "Rating is 'four'"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "3.7")), "ratings.csv line 2", "Rating is '3.7'"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "0")), "ratings.csv line 2", "Rating is '0'"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "6")), "ratings.csv line 2", "Rating is '6'"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, "4,5")), "ratings.csv line 2", "6 fields"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1, '"4,5"')), "ratings.csv line 2", "Rating is '4,5'"),
        (broken("ratings.csv", f"{HEADERS['ratings.csv']},Rating", film(1, "4", "5")), "ratings.csv line 1", "twice"),
        (broken("ratings.csv", HEADERS["ratings.csv"], film(1)), "ratings.csv line 2", "4 fields"),
        (broken("watched.csv", FILM, film(1, date="20250301")), "watched.csv line 2", "Date is '20250301'"),
        (broken("watched.csv", FILM, film(1, date="2025-W09-6")), "watched.csv line 2", "Date is"),
        (broken("watched.csv", f"{FILM}\r{film(1)}"), "watched.csv line 1", "CSV"),
        (
            broken("watched.csv", FILM, f"2025-01-01,X,2001,https://letterboxd.com/{'a' * 99}/film/x/"),
            "watched.csv line 2",
            "no film's",
        ),
        (broken("watched.csv", FILM, film(1), film(2, "extra")), "watched.csv line 3", "5 fields"),
        (broken("watched.csv", FILM, f"2025-01-01,X,20O1,{uri(1)}"), "watched.csv line 2", "Year is"),
        (broken("watched.csv", FILM, f"yesterday,X,2001,{uri(1)}"), "watched.csv line 2", "Date is"),
        (broken("watched.csv", FILM, f"2999-01-01,X,2001,{uri(1)}"), "watched.csv line 2", "to come"),
        (broken("watched.csv", FILM, f"30/6/2022,X,2001,{uri(1)}"), "watched.csv line 2", "Date is"),
        (broken("watched.csv", FILM, f"2025-01-01,,2001,{uri(1)}"), "watched.csv line 2", "Name"),
        (broken("watched.csv", FILM, f"2025-01-01,X,2001,{entry(1)}"), "watched.csv line 2", "type digit 1"),
        (broken("watched.csv", FILM, "2025-01-01,X,2001,javascript:x"), "watched.csv line 2", "no film's address"),
        (broken("watched.csv", FILM, "2025-01-01,X,2001,https://boxd.it/ZZZZZZZZZ"), "watched.csv line 2", "LID"),
        (broken("watched.csv", FILM, '2025-01-01,"X,2001,' + uri(1)), "watched.csv line 2", "CSV"),
        (broken("watched.csv", FILM, f"2025-01-01,Amélie,2001,{uri(1)}"), "watched.csv line 2", "decoded as"),
        (broken("profile.csv", "Username", "ada", "bo"), "profile.csv", "2 profiles"),
    ],
)
def test_what_is_wrong_is_named_with_file_and_line(content, where, said):
    if "decoded" in said:
        content["watched.csv"] = content["watched.csv"].replace("Amélie", "Amélie".encode().decode("latin-1"))
    with pytest.raises(ExportError) as refusal:
        reading(content)
    assert refusal.value.url == where
    assert said in refusal.value.found


@pytest.mark.parametrize("codec", ["utf-16", "latin-1", "cp1252"])
def test_other_encodings_are_refused(codec):
    text = f"{FILM}\n{film(1)}\n2025-01-01,Amélie,2001,{uri(2)}\n"
    with pytest.raises(ExportError, match="not UTF-8"):
        reading({"watched.csv": text.encode(codec)})


def test_a_byte_order_mark_is_no_damage():
    assert len(reading({"watched.csv": f"{FILM}\n{film(1)}".encode("utf-8-sig")}).films) == 1


def test_what_holds_no_reactions_is_no_export():
    with pytest.raises(ExportError, match="no account export"):
        reading({"notes.csv": "a,b\n"})
