"""Exports handed in over GraphQL: by a client that nobody here wrote, and by those that mean harm."""

import asyncio
import json
import re

import pytest
from gql import Client, FileVar, gql
from gql.transport.aiohttp import AIOHTTPTransport

from api.graphql import multipart
from schema.settings import REPOSITORY
from tests.api.imports.handing_in import EXPORT, NAME, stored, waiting, worked
from tests.api.server import served
from tests.crawler.exports.making import zipped

IMPORT = "mutation ($file: Upload!) { importExport(file: $file) { run { id kind } userErrors { code field message } } }"
ASKED = {"query": IMPORT, "variables": {"file": None}}
PLACED = {"0": ["variables.file"]}
ZIP = zipped(EXPORT).getvalue()


def send(api, sent, *, operations=ASKED, places=PLACED, files=((NAME, ZIP),)):
    data = {
        name: each if isinstance(each, str) else json.dumps(each)
        for name, each in (("operations", operations), ("map", places))
        if each is not None
    }
    parts = {str(number): (name, content, "application/zip") for number, (name, content) in enumerate(files)}
    return api.use(lambda http: http.post("/graphql", data=data, files=parts, headers=sent))


def outcome(answer):
    (error,) = answer.json()["errors"]
    return answer.status_code, error["extensions"]["code"], error["message"]


def test_a_client_that_nobody_here_wrote_uploads(importing, mina, database, tmp_path, home):
    path = tmp_path / NAME
    path.write_bytes(ZIP)

    async def upload(address):
        transport = AIOHTTPTransport(f"http://{address}/graphql", headers=mina.bearer("write"))
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            found = []
            for _ in range(2):
                request = gql(IMPORT)
                request.variable_values = {"file": FileVar(str(path), filename=NAME)}
                found.append((await client.execute(request, upload_files=True))["importExport"])
            return found

    with served(importing.settings) as address:
        made, again = asyncio.run(upload(address))
    assert made["userErrors"] == [] and made["run"]["kind"] == "import"
    (busy,) = again["userErrors"]
    assert (again["run"], busy["code"], busy["field"]) == (None, "TOO_MANY", "file")
    assert len(waiting(home)) == 1

    done = worked(importing, made["run"]["id"], mina.bearer("write"))
    assert done["status"] == "SUCCEEDED" and done["accountImport"]["films"] == 3
    assert len(stored(database)) == 3 and waiting(home) == []


def test_the_example_in_the_guide_runs_as_it_stands(importing, mina):
    guide = (REPOSITORY / "docs" / "front-end.md").read_text()
    parts = dict(re.findall(r"-F (operations|map)='(.*?)'", guide, re.S))
    found = send(importing, mina.bearer("write"), operations=parts["operations"], places=parts["map"]).json()
    assert found["data"]["importExport"]["run"] and "errors" not in found


def test_it_is_read_from_those_alone_who_may_send_it(importing, mina, eve, home):
    unsigned = outcome(send(importing, {}))
    assert unsigned[:2] == (401, "UNAUTHENTICATED")
    assert outcome(send(importing, mina.bearer("read")))[:2] == (403, "FORBIDDEN")
    assert outcome(send(importing, eve.bearer("write")))[:2] == (200, "FORBIDDEN")  # who is no member
    # A page of another site can send a form, but not in somebody's name.
    assert outcome(send(importing, mina.cookie | {"sec-fetch-site": "cross-site"}))[0] == 401
    assert waiting(home) == []


def test_what_a_person_can_mend_is_a_user_error(importing, mina, home):
    for name, content, says in ((NAME, b"", "file: it is empty"), ("x" * 300, ZIP, "name: give the name of the file")):
        payload = send(importing, mina.cookie, files=[(name, content)]).json()["data"]["importExport"]
        (error,) = payload["userErrors"]
        assert (payload["run"], error["code"], error["field"]) == (None, "INVALID", "file")
        assert error["message"].startswith(says)
    assert waiting(home) == []


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"operations": None}, "operations: this part"),
        ({"operations": "{"}, "operations: this part"),
        ({"operations": "[" * 50_000}, "operations: this part"),
        ({"operations": [ASKED]}, "operations: this part"),
        ({"places": None}, "map: this part"),
        ({"places": {}}, "map: it must name one part"),
        ({"places": {"1": ["variables.file"]}}, "map: it must name one part"),
        ({"files": []}, ""),
        ({"files": [(NAME, ZIP), (NAME, ZIP)]}, "Too many files. Maximum number of files is 1."),
        ({"places": {"0": []}}, "map: give the file one place"),
        ({"places": {"0": ["variables.file", "variables.file"]}}, "map: give the file one place"),
        ({"places": {"0": ["query"]}}, "map: give the file one place"),
        ({"places": {"0": ["variables.files.0"]}}, "map: give the file one place"),
        ({"places": {"0": [["variables.file"]]}}, "map: give the file one place"),
        ({"places": {"0": "variables.file"}}, "map: give the file one place"),
        ({"operations": {"query": IMPORT, "variables": ["file"]}}, "map: give the file one place"),
        ({"operations": {"query": IMPORT, "variables": {"file": "x" * multipart._MOST_BYTES}}}, "Part exceeded"),
    ],
)
def test_what_is_no_such_request_is_refused(importing, mina, home, how, says):
    status, code, message = outcome(send(importing, mina.cookie, **how))
    assert (status, code) == (400, "BAD_USER_INPUT") and message.startswith(says), message
    assert waiting(home) == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"no boundary at all"),
        ("Multipart/Form-Data; boundary=x", b"--x--"),
        ("multipart/form-data; boundary=x", b'--x\r\ncontent-disposition: form-data; name="map"\r\n\r\n{}'),
        ("multipart/form-data; boundary=x", b"--x\r\n\x00: \xff\r\n\r\n\r\n--x--"),
        ("multipart/form-data; boundary=x", b"--x\r\ncontent-disposition: form-data\r\n\r\n{}\r\n--x--"),
        ("multipart/form-data; boundary=" + "x" * 5_000, b"--x--"),
        ("multipart/form-data; boundary=\xe9".encode("latin-1"), b"--\xe9--"),
    ],
)
def test_a_form_that_is_broken_is_refused(importing, mina, kind, body):
    headers = {"content-type": kind, **mina.cookie}
    answer = importing.use(lambda http: http.post("/graphql", content=body, headers=headers))
    assert outcome(answer)[:2] == (400, "BAD_USER_INPUT")


def test_a_file_in_json_is_none(importing, mina):
    for value in ("x", 1, {}, [NAME]):
        answer = importing.ask(IMPORT, headers=mina.cookie, file=value)
        assert answer.codes == ["BAD_USER_INPUT"] and answer["errors"][0]["message"].startswith("file: send it with")
    assert importing.ask('mutation { importExport(file: "x") { run { id } } }', headers=mina.cookie).codes == [
        "BAD_USER_INPUT"
    ]
