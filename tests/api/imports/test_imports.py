"""A signed-in member hands in an export over HTTP; a worker imports it, and the run says what became of every row."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from api.imports import MOST_BYTES
from crawler.exports import MOST_UPLOAD_BYTES
from jobs import recovery
from schema.settings import REPOSITORY
from schema.store import erasures
from tests.api.conftest import Api
from tests.api.imports.handing_in import EXPORT, NAME, RUN, refused, send, stored, waiting, work
from tests.crawler.exports.making import FILM, HEADERS, files, film, zipped


def test_the_cap_is_what_an_import_takes():
    assert MOST_BYTES == MOST_UPLOAD_BYTES


def test_an_export_is_imported_and_every_row_accounted_for(importing, mina, home, database):
    more = f"2025-03-01,Gone,2001,\n{film(3)}\n"
    answer = send(importing, mina, EXPORT | {"watched.csv": EXPORT["watched.csv"] + more, "comments.csv": "Date\n"})
    assert answer.status_code == 202
    (upload,) = waiting(home)
    assert upload.parent.stat().st_mode & 0o777 == 0o700
    worker = "from jobs.worker import run; run(burst=True)"
    subprocess.run([sys.executable, "-c", worker], cwd=REPOSITORY, check=True, timeout=60)
    run = importing.data(RUN, headers=mina.bearer("read"), run=answer.json()["runId"])["syncRun"]
    told = run.pop("accountImport")
    assert run == {"kind": "import", "status": "SUCCEEDED", "error": None}
    by_name = {file.pop("name"): file for file in told.pop("files")}
    assert told == {
        "exportedAt": "2026-01-31T17:05:00+00:00",
        "films": 3,
        "told": 4,
        "withdrawn": 0,
        "notHeard": [],
        "refusal": None,
    }
    assert by_name["watched.csv"] == {
        "rows": 5,
        "imported": 3,
        "duplicates": 1,
        "leftOut": [{"reason": "no address: the film is no longer on Letterboxd", "lines": [5]}],
        "unread": None,
    }
    assert by_name["comments.csv"]["unread"] == "texts are not kept"
    assert stored(database) == [
        (1, 9, True, False, "export"),
        (2, 6, False, True, "export"),
        (3, None, False, False, "export"),
    ]
    assert waiting(home) == []
    with database.connect() as connection:
        given = connection.execute(
            text(
                "SELECT username, source, account_id, given_at IS NOT NULL, withdrawn_at FROM consents"
                " JOIN members m ON m.id = member_id"
            )
        ).all()
    assert given == [("mina", "export", mina.account_id, True, None)]


def test_the_same_again_changes_nothing_and_a_later_one_is_a_difference(importing, mina, database):
    work(importing, send(importing, mina, EXPORT), mina.bearer("read"))
    before = stored(database)
    again = work(importing, send(importing, mina, EXPORT), mina.bearer("read"))["accountImport"]
    assert (again["told"], again["withdrawn"], stored(database)) == (0, 0, before)
    later = send(importing, mina, files("mina", ratings={1: "5"}), name=NAME.replace("01-31", "02-28"))
    changed = work(importing, later, mina.bearer("read"))["accountImport"]
    assert (changed["told"], changed["withdrawn"]) == (1, 3)
    assert stored(database) == [(1, 10, False, False, "export")]
    older = work(importing, send(importing, mina, EXPORT), mina.bearer("read"))["accountImport"]
    assert set(older["notHeard"]) == {"rating", "liked", "watched", "favorite"}


@pytest.mark.parametrize(
    ("content", "file", "line", "said"),
    [
        (EXPORT | {"ratings.csv": f"{HEADERS['ratings.csv']}\n{film(1, '3.7')}"}, "ratings.csv", 2, "'3.7'"),
        (EXPORT | {"watched.csv": f"{FILM}\n{film(1)}\nnot,a row"}, "watched.csv", 3, "2 fields"),
        (files("bo", ratings={1: "5"}), "profile.csv", 2, "it is 'bo', not 'mina'"),
        (b"no zip at all", None, None, "no ZIP"),
        (zipped(EXPORT).getvalue()[:-30], None, None, "no ZIP"),
        (EXPORT | {"../evil.csv": "x"}, "'../evil.csv'", None, "leads elsewhere"),
    ],
)
def test_what_cannot_be_used_names_file_and_line(importing, mina, home, database, content, file, line, said):
    run = work(importing, send(importing, mina, content), mina.bearer("read"))
    refusal = run["accountImport"]["refusal"]
    message = refusal.pop("message")
    assert (run["status"], refusal) == ("FAILED", {"code": "BAD_USER_INPUT", "file": file, "line": line})
    assert said in message and message in run["error"]
    assert (stored(database), waiting(home)) == ([], [])


def test_only_who_may_act_for_a_member_hands_in_exports(importing, mina, eve, home, database):
    assert refused(send(importing, {}, EXPORT), 401, "UNAUTHENTICATED", "Sign in")
    assert refused(send(importing, {"authorization": "Bearer x"}, EXPORT), 401, "UNAUTHENTICATED", "key")
    assert refused(send(importing, mina.bearer("read"), EXPORT), 403, "FORBIDDEN", "only read")
    assert refused(send(importing, eve, EXPORT), 403, "FORBIDDEN", "almanac account tie")
    elsewhere = {"cookie": f"almanac={mina.session}", "sec-fetch-site": "cross-site"}
    assert refused(send(importing, elsewhere, EXPORT), 401, "UNAUTHENTICATED", "Sign in")
    older = {"cookie": f"almanac={mina.session}", "origin": "https://evil.example"}
    assert refused(send(importing, older, EXPORT), 401, "UNAUTHENTICATED", "Sign in")
    assert waiting(home) == []
    assert send(importing, mina.cookie, EXPORT).status_code == 202


def test_nobody_else_sees_the_run(importing, mina, eve):
    run = send(importing, mina, EXPORT).json()["runId"]
    assert importing.data(RUN, headers=mina.cookie, run=run)["syncRun"]["status"] == "QUEUED"
    for headers in ({}, eve.bearer("write")):
        assert importing.data(RUN, headers=headers, run=run) == {"syncRun": None}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, "content-type"),
        ({"content-type": "application/x-www-form-urlencoded"}, "content-type"),
        ({"name": "x" * 256}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"content": b""}, "empty"),
    ],
)
def test_what_is_no_upload(importing, mina, home, given, said):
    content, name = given.pop("content", EXPORT), given.pop("name", NAME)
    assert refused(send(importing, mina, content, name=name, headers=given), 400, "BAD_USER_INPUT", said)
    assert waiting(home) == []


def test_one_at_a_time(importing, mina, home):
    assert send(importing, mina, EXPORT).status_code == 202
    answer = send(importing, mina, EXPORT)
    assert refused(answer, 429, "RATE_LIMITED", "not over")
    assert answer.headers["retry-after"]
    assert len(waiting(home)) == 1


def test_without_redis_it_waits_for_a_worker(database, mina, home, importing):
    answer = send(Api(database, "redis://127.0.0.1:1/0", home=str(home)), mina, EXPORT)
    assert answer.status_code == 202
    recovery.recover()
    worker = "from jobs.worker import run; run(burst=True)"
    subprocess.run([sys.executable, "-c", worker], cwd=REPOSITORY, check=True, timeout=60)
    run = importing.data(RUN, headers=mina.cookie, run=answer.json()["runId"])["syncRun"]
    assert run["status"] == "SUCCEEDED"


def test_uploads_that_nobody_waits_for_are_removed(importing, mina, home):
    answer = send(importing, mina, EXPORT)
    (awaited,) = waiting(home)
    forgotten, arriving = home / "uploads" / "forgotten", home / "uploads" / "arriving"
    for path in (forgotten, arriving):
        path.write_bytes(b"PK")
    for path in (awaited, forgotten):
        os.utime(path, (1, 1))
    recovery.recover()
    assert set(waiting(home)) == {awaited, arriving}
    awaited.unlink()
    run = work(importing, answer, mina.cookie)
    assert (run["status"], run["accountImport"]) == ("FAILED", None)
    assert "ALMANAC_HOME" in run["error"]


def test_what_an_attempt_had_imported_when_it_was_killed_is_still_reported(importing, mina, home, database):
    answer = send(importing, mina, EXPORT)
    report = {"films": 3, "told": 4, "withdrawn": 0, "older": [], "exported_at": None, "files": []}
    with database.begin() as connection:
        connection.execute(
            text("UPDATE sync_steps SET detail = CAST(:d AS jsonb) WHERE name = 'import'"), {"d": json.dumps(report)}
        )
    for upload in waiting(home):
        upload.unlink()
    run = work(importing, answer, mina.cookie)
    assert (run["status"], run["accountImport"]["told"]) == ("SUCCEEDED", 4)


def test_who_is_erased_leaves_no_run_and_no_upload(importing, mina, home, database):
    run = send(importing, mina, EXPORT).json()["runId"]
    with database.connect() as connection, connection.begin() as transaction:
        erasures.keep(connection, [erasures.new(connection, "mina")])
        left = connection.execute(text("SELECT count(*) FROM sync_runs WHERE kind = 'import'")).scalar()
        tied = connection.execute(text("SELECT count(*) FROM accounts WHERE member_id IS NOT NULL")).scalar()
        transaction.rollback()
    assert (left, tied) == (0, 0)
    assert importing.data(RUN, headers=mina.cookie, run=run)["syncRun"]


WITHDRAW = "mutation ($source: Source!) { withdrawSource(source: $source) { removed userErrors { code field } } }"
REACTIONS = """{ adHocCohort(definition: {usernames: ["mina"]}) { films(first: 10) { totalCount edges { node {
    reactions(first: 5) { edges { node { rating liked favorite source ratedAt observedAt } } } } } } } }"""


def test_a_reaction_says_where_it_is_from_and_goes_when_that_is_withdrawn(importing, mina, database):
    work(importing, send(importing, mina, EXPORT), mina.cookie)
    films = importing.data(REACTIONS)["adHocCohort"]["films"]
    told = [edge["node"] for film in films["edges"] for edge in film["node"]["reactions"]["edges"]]
    assert sorted(told, key=lambda each: each["rating"] or 0, reverse=True)[0] == {
        "rating": 4.5,
        "liked": True,
        "favorite": False,
        "source": "EXPORT",
        "ratedAt": "2025-03-01",
        "observedAt": "2026-01-31T17:05:00+00:00",
    }
    assert (films["totalCount"], {each["source"] for each in told}) == (3, {"EXPORT"})
    mistake = {"removed": None, "userErrors": [{"code": "INVALID", "field": "source"}]}
    assert importing.data(WITHDRAW, headers=mina.cookie, source="CRAWL")["withdrawSource"] == mistake
    gone = importing.data(WITHDRAW, headers=mina.cookie, source="EXPORT")["withdrawSource"]
    assert gone["removed"] > 0 and gone["userErrors"] == []
    assert importing.data(REACTIONS)["adHocCohort"]["films"]["totalCount"] == 0
    with database.connect() as connection:
        (given,) = connection.execute(text("SELECT withdrawn_at IS NOT NULL, detail FROM consents")).all()
    assert given == (True, {})


def test_the_account_says_whose_it_is(importing, mina, eve):
    query = "{ viewer { member { username } } }"
    assert importing.data(query, headers=mina.cookie) == {"viewer": {"member": {"username": "mina"}}}
    assert importing.data(query, headers=eve.cookie) == {"viewer": {"member": None}}
