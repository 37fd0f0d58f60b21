"""A signed-in member hands in an export over HTTP; a worker imports it, and the run says what became of every row."""

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import text

from api.imports import MOST_BYTES
from crawler.exports import MOST_UPLOAD_BYTES
from jobs import chain, recovery
from jobs.failures import Hopeless
from schema.settings import REPOSITORY
from schema.store import accounts, erasures, members
from tests.api.conftest import Api
from tests.api.people import person
from tests.api.server import served
from tests.crawler.exports.making import FILM, HEADERS, files, film, zipped

NAME = "letterboxd-mina-2026-01-31-17-05-utc.zip"
ZIP = {"content-type": "application/zip"}
RUN = """query ($run: ID!) { syncRun(id: $run) { kind status error accountImport { exportedAt films told withdrawn
    notHeard refusal { code message file line }
    files { name rows imported duplicates leftOut { reason lines } unread } } } }"""
EXPORT = files("mina", ratings={1: "4.5", 2: "3"}, watched=[3], likes=[1], favorites=[2])


@pytest.fixture(scope="module")
def mina(database, world):
    found = person(database, world, "mina")
    tie(database, found, "mina")
    return found


def tie(engine, who, username):
    with engine.begin() as connection:
        accounts.tie(connection, who.account_id, members.upsert(connection, {username: None})[username])


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ALMANAC_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def importing(database, world, mina, redis_url, home, monkeypatch):
    """The application, with Redis, over a world in which nobody imports anything."""
    Redis.from_url(redis_url).flushall()
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sync_runs WHERE kind = 'import'"))
        connection.execute(text("DELETE FROM ratings WHERE member_id = (SELECT id FROM members WHERE username='mina')"))
        connection.execute(text("DELETE FROM listings"))
        connection.execute(text("DELETE FROM consents"))
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", redis_url)
    return Api(database, redis_url, home=str(home))


def send(api, who, content, *, name=NAME, headers=None):
    body = content if isinstance(content, bytes) else zipped(content).getvalue()
    given = {**ZIP, **(who if isinstance(who, dict) else who.bearer("write")), **(headers or {})}
    return api.use(lambda http: http.post("/imports", params={"name": name}, content=body, headers=given))


def refused(answer, status, code, said):
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (status, code), answer.text
    assert said in error["message"]
    return True


def work(api, answer, who):
    """The run when its one step has been done, here instead of in a worker."""
    assert answer.status_code == 202, answer.text
    found = api.data("query ($run: ID!) { syncRun(id: $run) { id } }", headers=who, run=answer.json()["runId"])
    number = int(base64.b64decode(found["syncRun"]["id"]).decode().partition(":")[2])
    with suppress(Hopeless):  # raised for RQ's dashboard; the run says it, too
        chain.work(number, "import", 0, 1)
    return api.data(RUN, headers=who, run=answer.json()["runId"])["syncRun"]


def waiting(home):
    folder = home / "uploads"
    return list(folder.iterdir()) if folder.exists() else []


def stored(engine):
    with engine.connect() as connection:
        return connection.execute(
            text(
                "SELECT letterboxd_id, rating, liked, favorite, source FROM ratings JOIN films f ON f.id = film_id"
                " JOIN members m ON m.id = member_id WHERE username = 'mina' ORDER BY 1"
            )
        ).all()


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


@pytest.fixture
def wire(importing):
    """The application behind a real HTTP server: "host", port."""
    with served(importing.settings) as address:
        host, _, port = address.partition(":")
        yield host, int(port)


def header(who, **more):
    fields = {"Host": "x", **{name.title(): value for name, value in (ZIP | who.bearer("write")).items()}, **more}
    lines = [f"POST /imports?name={NAME} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def test_too_large_is_refused_before_it_is_sent(wire, mina, home):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(mina, **{"Content-Length": str(MOST_BYTES + 1)}))
        answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"BAD_USER_INPUT" in answer and b"larger than" in answer
    assert waiting(home) == []


def test_who_may_not_is_refused_before_it_is_sent(wire, eve):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(eve, **{"Content-Length": str(MOST_BYTES)}))
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_who_hangs_up_leaves_nothing(wire, mina, home):
    with socket.create_connection(wire, timeout=10) as client:
        client.sendall(header(mina, **{"Content-Length": "1000000"}) + b"PK" * 1000)
        wait(lambda: waiting(home))
    wait(lambda: not waiting(home))


def wait(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def peak_memory(pid):
    """MB that a process has needed at most."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def test_memory_does_not_grow_with_the_upload(importing, mina, home, tmp_path):
    """The API as a process of its own gets a small body, one of nearly the cap, and one without an end."""
    serve = """
import sys, uvicorn
from api.app import create_app
config = uvicorn.Config(create_app(), port=0, log_level="warning")
class Server(uvicorn.Server):
    async def startup(self, sockets=None):
        await super().startup(sockets)
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
Server(config).run()
"""
    piece = os.urandom(1 << 20)

    def hand_in(port, megabytes):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = ZIP | mina.bearer("write")
        with suppress(BrokenPipeError, ConnectionResetError):  # the answer came before the end
            client.request("POST", "/imports", (piece for _ in range(megabytes)), headers, encode_chunked=True)
        status = client.getresponse().status
        client.close()
        return status

    with subprocess.Popen([sys.executable, "-c", serve], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as api:
        try:
            port = int(api.stdout.readline())
            assert hand_in(port, 1) == 202
            small = peak_memory(api.pid)
            assert hand_in(port, 60) == 429  # taken in whole, but the first is still waiting
            assert peak_memory(api.pid) < small + 8
            assert hand_in(port, 200) == 413
            assert peak_memory(api.pid) < small + 8
        finally:
            api.terminate()
    (first,) = waiting(home)
    assert first.stat().st_size == 1 << 20
