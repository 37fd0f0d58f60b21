"""Hands exports in over the API, and looks at what came of them."""

import base64
from contextlib import suppress

from sqlalchemy import text

from jobs import chain
from jobs.failures import Hopeless
from schema.store import accounts, members
from tests.crawler.exports.making import files, zipped

NAME = "letterboxd-mina-2026-01-31-17-05-utc.zip"
ZIP = {"content-type": "application/zip"}
RUN = """query ($run: ID!) { syncRun(id: $run) { kind status error accountImport { exportedAt films told withdrawn
    notHeard refusal { code message file line }
    files { name rows imported duplicates leftOut { reason lines } unread } } } }"""
EXPORT = files("mina", ratings={1: "4.5", 2: "3"}, watched=[3], likes=[1], favorites=[2])


def tie(engine, who, username):
    with engine.begin() as connection:
        accounts.tie(connection, who.account_id, members.upsert(connection, {username: None})[username])


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
    """The run of an upload when its one step has been done, here instead of in a worker."""
    assert answer.status_code == 202, answer.text
    return worked(api, answer.json()["runId"], who)


def worked(api, run, who):
    """The same of a run by its id."""
    found = api.data("query ($run: ID!) { syncRun(id: $run) { id } }", headers=who, run=run)
    number = int(base64.b64decode(found["syncRun"]["id"]).decode().partition(":")[2])
    with suppress(Hopeless):  # raised for RQ's dashboard; the run says it, too
        chain.work(number, "import", 0, 1)
    return api.data(RUN, headers=who, run=run)["syncRun"]


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
