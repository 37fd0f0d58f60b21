"""Trusted documents: by hash for all, free ones for operators alone; by POST, GET and websocket."""

import hashlib
import json

import pytest

from api.app import create_app
from schema.settings import SettingsError
from tests.api.conftest import JSON, Api
from tests.api.people import person
from tests.api.server import served
from tests.api.sockets import talk

TITLE = "query Title($slug: String!) { film(slug: $slug) { title } }\n"
VIEWER = "{ viewer { email } }"
IMPORT = "mutation Import($file: Upload!) { importExport(file: $file) { userErrors { message } } }"
FREE = "{ slices { name } }"
STALKER = {"data": {"film": {"title": "Stalker"}}}


def digest(document):
    return hashlib.sha256(document.encode()).hexdigest()


def persisted(document, **more):
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(document)}}, **more}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("documents")
    (found / "films").mkdir()
    (found / "films" / "title.graphql").write_text(TITLE)
    (found / "viewer.graphql").write_text(VIEWER)
    (found / "import.graphql").write_text(IMPORT)
    return found


@pytest.fixture(scope="module")
def trusting(database, world, folder):
    return Api(database, trusted_documents=str(folder))


@pytest.fixture(scope="module")
def keeper(database, world):
    return person(database, world, "keeper", operator=True)


def post(api, body, sent=None):
    return api.use(lambda http: http.post("/graphql", content=json.dumps(body), headers={**JSON, **(sent or {})}))


def get(api, sent=None, **params):
    given = {name: each if isinstance(each, str) else json.dumps(each) for name, each in params.items()}
    return api.use(lambda http: http.get("/graphql", params=given, headers=sent))


def code(response):
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"]


SLUG = {"variables": {"slug": "stalker"}}


@pytest.mark.parametrize(
    "body",
    [
        persisted(TITLE),
        persisted(TITLE, query=""),
        persisted(TITLE, query=TITLE),
        {"documentId": f"sha256:{digest(TITLE)}"},
        {"documentId": f"sha256:{digest(TITLE).upper()}", "query": None},
        {"query": TITLE},
    ],
    ids=str,
)
def test_a_trusted_document_is_answered_however_it_is_named(trusting, body):
    assert post(trusting, body | SLUG).json() == STALKER
    found = get(trusting, **{name: each for name, each in (body | SLUG).items() if each is not None})
    assert found.json() == STALKER
    again = get(
        trusting,
        {"if-none-match": found.headers["etag"]},
        **{name: each for name, each in (body | SLUG).items() if each is not None},
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("role", ["nobody", "read", "write", "session"])
def test_others_are_refused_to_all_but_operators(trusting, ada, role):
    sent = {} if role == "nobody" else ada.cookie if role == "session" else ada.bearer(role)
    for ask in (lambda **body: post(trusting, body, sent), lambda **body: get(trusting, sent, **body)):
        assert code(ask(query=FREE)) == (403, "FORBIDDEN")
        assert code(ask(query=TITLE + " ", **SLUG)) == (403, "FORBIDDEN")
        assert code(ask(query="{ __schema { types { name } } }")) == (403, "FORBIDDEN")
        unknown = ask(**persisted(FREE))
        assert code(unknown) == (200, "PERSISTED_QUERY_NOT_FOUND")
        assert unknown.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert unknown.headers["cache-control"] == "no-store" and "ratelimit-limit" in unknown.headers
        assert code(ask(**persisted(FREE, query=FREE))) == (403, "FORBIDDEN")  # nobody registers one by sending it
    mine = post(trusting, persisted(VIEWER), sent).json()["data"]["viewer"]
    assert (mine is None) == (role == "nobody")


def test_operators_may_send_any_document(trusting, keeper):
    for sent in (keeper.bearer("operator"), keeper.cookie):
        assert post(trusting, {"query": FREE}, sent).json()["data"]["slices"]
        assert post(trusting, persisted(TITLE) | SLUG, sent).json() == STALKER
        assert code(post(trusting, persisted(FREE), sent))[1] == "PERSISTED_QUERY_NOT_FOUND"
    assert code(post(trusting, {"query": FREE}, keeper.bearer("write"))) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (persisted(TITLE, query=FREE), "sha256Hash"),
        ({"extensions": {"persistedQuery": 5}}, "persistedQuery"),
        ({"extensions": {"persistedQuery": {"version": 2, "sha256Hash": digest(TITLE)}}}, "version 1"),
        ({"extensions": {"persistedQuery": {"version": 1}}}, "sha256Hash"),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": [1]}}}, "sha256Hash"),
        ({"documentId": 5}, "documentId"),
        ({"documentId": digest(TITLE)}, "sha256:"),
        ({"documentId": "md5:" + "0" * 32}, "sha256:"),
        ({"extensions": [], "documentId": ""}, "extensions"),
        ({"extensions": {}}, "query"),
        ({}, "query"),
    ],
    ids=str,
)
def test_what_names_no_document_says_what_is_wrong(trusting, body, word):
    found = post(trusting, body)
    assert code(found) == (400, "BAD_USER_INPUT")
    assert word in found.json()["errors"][0]["message"]


def test_mutations_do_not_go_by_get_and_limits_hold(database, ada, tmp_path):
    document = 'mutation { saveFilter(name: "x", filter: {}) { savedFilter { name } } }'
    (tmp_path / "save.graphql").write_text(document)
    api = Api(database, trusted_documents=str(tmp_path))
    assert code(get(api, ada.cookie, **persisted(document)))[0] == 400
    assert post(api, persisted(document), ada.cookie).json()["data"]["saveFilter"]["savedFilter"]


def test_without_the_setting_a_hash_means_nothing(api, world, server):
    asked = {"id": "1", "type": "subscribe", "payload": persisted(TITLE)}
    assert talk(server, json.dumps(asked)) == ([], 4400)
    said, _ = talk(server, json.dumps(asked | {"payload": {"query": ""}}))
    assert said[0]["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert post(api, persisted(TITLE, query=FREE)).json()["data"]["slices"]
    assert code(post(api, persisted(TITLE) | SLUG)) == (400, "BAD_USER_INPUT")
    assert "graphiql" in get(api, {"accept": "text/html"}, **persisted(TITLE)).text.lower()


def test_a_file_of_documents_by_hash_does_too(database, world, tmp_path):
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({digest(TITLE): TITLE, f"sha256:{digest(VIEWER)}": VIEWER}))
    api = Api(database, trusted_documents=str(file))
    assert post(api, persisted(TITLE) | SLUG).json() == STALKER
    assert code(post(api, {"query": FREE})) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty", None, "holds no .graphql file"),
        ("a.json", b"[]", "neither a folder"),
        ("a.json", b"{", "neither a folder"),
        ("a.json", b'{"x": "{ viewer { email } }"}', "'x' is not the SHA-256"),
        ("f/a.graphql", b"\xff", "neither a folder"),
        ("f/a.graphql", b"{ nope }", "Cannot query field 'nope'"),
        ("f/a.graphql", b"{", "Syntax Error"),
        ("f/a.graphql", b"{ " + b" ".join(b"a%d: __typename" % n for n in range(21)) + b" }", "aliases"),
    ],
)
def test_documents_that_could_not_be_answered_end_the_start(database, tmp_path, name, content, words):
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    target = path if content is None or path.suffix == ".json" else path.parent
    with pytest.raises(SettingsError, match="^ALMANAC_TRUSTED_DOCUMENTS: ") as error:
        create_app(Api(database, trusted_documents=str(target)).settings)
    assert words in str(error.value)


def test_websockets_answer_the_same(trusting):
    def say(number, **payload):
        return json.dumps({"id": str(number), "type": "subscribe", "payload": payload})

    with served(trusting.settings) as server:
        said, _ = talk(
            server,
            say(1, **persisted(TITLE), **SLUG),
            say(2, documentId=f"sha256:{digest(TITLE)}", **SLUG),
            say(3, query=TITLE, **SLUG),
            say(4, query=FREE),
            say(5, **persisted(FREE)),
            say(6, extensions={}),
            answers=9,
        )
    answers = {each["id"]: each for each in said if each["type"] != "complete"}
    assert [answers[number]["payload"] for number in "123"] == [STALKER] * 3
    refused = [answers[number]["payload"][0]["extensions"]["code"] for number in "456"]
    assert refused == ["FORBIDDEN", "PERSISTED_QUERY_NOT_FOUND", "BAD_USER_INPUT"]


@pytest.mark.parametrize("named", [persisted(IMPORT), {"documentId": f"sha256:{digest(IMPORT)}"}, {"query": IMPORT}])
def test_one_that_takes_a_file_is_answered_too(trusting, keeper, named):
    parts = {"operations": json.dumps({**named, "variables": {"file": None}}), "map": '{"0": ["variables.file"]}'}
    sent = keeper.bearer("write")
    found = trusting.use(lambda http: http.post("/graphql", data=parts, files={"0": ("x.zip", b"")}, headers=sent))
    assert code(found) == (200, "FORBIDDEN")  # it ran: the account is no member's
    unknown = parts | {"operations": json.dumps(persisted(FREE, variables={"file": None}))}
    found = trusting.use(lambda http: http.post("/graphql", data=unknown, files={"0": ("x.zip", b"")}, headers=sent))
    assert code(found) == (200, "PERSISTED_QUERY_NOT_FOUND")
