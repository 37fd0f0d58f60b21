"""Signing in by mailed link: a real mail server, real forms, and what forgers and thieves get."""

import asyncio
import re

import pytest
from sqlalchemy import text

from schema.secrets import digest
from schema.settings import Settings
from schema.store import accounts
from schema.store.accounts import MOST_LINKS
from tests.api.conftest import Api
from tests.api.mailbox import link, receiving

VIEWER = {"query": "{ viewer { email scope } }"}
SAME = {"sec-fetch-site": "same-origin"}
CROSS = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:9"},
]


@pytest.fixture(scope="module")
def mail():
    """A mail server on this machine, and its URL."""
    with receiving() as box:
        yield box


@pytest.fixture(autouse=True)
def no_links(database, mail):
    mail.letters.clear()
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sign_in_links"))


@pytest.fixture
def site(database, mail):
    """The application as people reach it."""
    return Api(database, smtp_url=mail.url, mail_from="almanac@example.org", public_url="http://127.0.0.1:8000")


def new_link(database, email):
    with database.begin() as connection:
        return f"/sign-in/{accounts.open_link(connection, email)}"


def test_a_person_signs_in_and_out(site, mail, ada):
    async def work(http):
        assert (await http.get("/sign-in")).status_code == 200
        asked = await http.post("/sign-in", data={"email": " ADA@Example.org "}, headers=SAME)
        assert asked.status_code == 200 and "ada@example.org" in asked.text
        ((sender, to, letter),) = mail.letters
        assert (sender, to) == ("almanac@example.org", ["ada@example.org"])
        path = link(letter)
        for _ in range(3):  # mail programs look at links; that uses nothing up
            assert "Sign in as ada@example.org" in (await http.get(path)).text
        assert (await http.post("/graphql", json=VIEWER)).json()["data"]["viewer"] is None
        signed_in = await http.post(path, headers=SAME)
        assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")
        cookie = signed_in.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Secure" not in cookie
        viewer = (await http.post("/graphql", json=VIEWER, headers=SAME)).json()["data"]["viewer"]
        assert viewer == {"email": "ada@example.org", "scope": "WRITE"}
        assert "ada@example.org" in (await http.get("/")).text

        stolen = dict(http.cookies)
        assert (await http.post("/sign-out", headers=SAME)).status_code == 303
        assert not http.cookies
        http.cookies.update(stolen)  # the server has forgotten it, too
        assert (await http.post("/graphql", json=VIEWER, headers=SAME)).json()["data"]["viewer"] is None

    site.use(work)


def test_a_link_works_once_even_for_two_at_once(site, database, ada):
    path = new_link(database, ada.email)

    async def work(http):
        found = await asyncio.gather(*(http.post(path, headers=SAME) for _ in range(6)))
        return sorted(response.status_code for response in found), (await http.get(path)).status_code

    assert site.use(work) == ([303, 410, 410, 410, 410, 410], 410)


def test_a_link_ends_after_fifteen_minutes(site, database, ada):
    path = new_link(database, ada.email)
    with database.begin() as connection:
        connection.execute(text("UPDATE sign_in_links SET expires_at = expires_at - interval '15 minutes'"))

    async def work(http):
        return [(await http.get(path)).status_code, (await http.post(path, headers=SAME)).status_code]

    assert site.use(work) == [410, 410]


@pytest.mark.parametrize("secret", ["x", "A" * 43, "%00", "%ff", "..%2f..", "a" * 5000])
def test_a_guessed_link_opens_nothing(site, world, secret):
    async def work(http):
        found = await http.post(f"/sign-in/{secret}", headers=SAME)
        assert found.status_code in {404, 410} and "set-cookie" not in found.headers

    site.use(work)


def test_a_session_ends(site, database, ada):
    with database.begin() as connection:
        secret = accounts.open_session(connection, ada.account_id)

    def viewer():
        sent = {"cookie": f"almanac={secret}", **SAME}
        return site.data(VIEWER["query"], headers=sent)["viewer"]

    assert viewer()
    with database.begin() as connection:
        where = {"hash": digest(secret)}
        connection.execute(text("UPDATE sessions SET expires_at = now() WHERE secret_hash = :hash"), where)
    assert viewer() is None


def test_nobody_learns_who_has_an_account(site, mail, ada):
    async def work(http):
        answers = []
        for email in ("ada@example.org", "nobody@example.org"):
            found = await http.post("/sign-in", data={"email": email}, headers=SAME)
            headers = {name: value for name, value in found.headers.items() if name != "content-length"}
            answers.append((found.status_code, headers, found.text.replace(email, "")))
        return answers

    known, unknown = site.use(work)
    assert known == unknown
    assert [to for _, to, _ in mail.letters] == [["ada@example.org"]]


def test_a_stranger_cannot_fill_a_mailbox(site, mail, ada):
    async def work(http):
        return [(await http.post("/sign-in", data={"email": ada.email})).status_code for _ in range(12)]

    assert site.use(work) == [200] * 10 + [429] * 2
    assert len(mail.letters) == MOST_LINKS


def test_the_link_does_not_go_where_the_request_says(site, mail, ada):
    async def work(http):
        await http.post("/sign-in", data={"email": ada.email}, headers={"host": "evil.example"})

    site.use(work)
    assert "evil" not in mail.letters[0][2] and link(mail.letters[0][2])


@pytest.mark.parametrize(
    "email",
    ["", "ada", "a@b@c", "ada@example.org\nBcc: eve@example.org", "<ada@example.org>", "a" * 65 + "@b.c", "\0@b"],
)
def test_what_is_no_address_gets_no_mail(site, mail, world, email):
    async def work(http):
        return (await http.post("/sign-in", data={"email": email}, headers=SAME)).status_code

    assert site.use(work) == 400
    assert mail.letters == []


def test_without_a_mail_server_the_link_is_printed(database, ada, capsys):
    async def work(http):
        await http.post("/sign-in", data={"email": ada.email}, headers=SAME)

    Api(database, public_url="https://almanac.example").use(work)
    (line,) = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"sign-in link for ada@example.org, .*: https://almanac\.example/sign-in/\S{43}", line)


def test_a_mail_server_that_is_away_is_logged_and_costs_no_answer(database, ada, caplog):
    async def work(http):
        return (await http.post("/sign-in", data={"email": ada.email}, headers=SAME)).status_code

    away = Api(database, smtp_url="smtp://127.0.0.1:1", mail_from="a@b.c", public_url="http://x")
    assert away.use(work) == 200
    assert "could not be sent" in caplog.text and "/sign-in/" not in caplog.text


@pytest.mark.parametrize("led", CROSS, ids=str)
def test_another_site_s_page_can_neither_sign_anyone_in_nor_out(site, database, mail, ada, led):
    path = new_link(database, ada.email)

    async def work(http):
        http.cookies.set("almanac", ada.session)
        for target in (path, "/sign-in", "/sign-out"):
            assert (await http.post(target, data={"email": ada.email}, headers=led)).status_code == 403, target
        assert (await http.post("/graphql", json=VIEWER, headers=SAME)).json()["data"]["viewer"]

    site.use(work)
    assert mail.letters == []


@pytest.mark.parametrize("led", CROSS, ids=str)
def test_another_site_s_page_asks_as_nobody(site, database, ada, led):
    make = 'mutation { createCohort(label: "Forged", definition: {usernames: ["ben"]}) { cohort { id } } }'
    sent = {"cookie": f"almanac={ada.session}", **led}
    assert site.data("{ viewer { email } }", headers=ada.cookie)["viewer"]
    assert site.ask(make, headers=sent).codes == ["UNAUTHENTICATED"]
    assert site.data("{ viewer { email } }", headers=sent) == {"viewer": None}

    async def forged_forms(http):
        http.cookies.set("almanac", ada.session)
        bodies = {
            "text/plain": b'{"query": "mutation { deleteCohort(id: 1) { deletedId } }"}',
            "application/x-www-form-urlencoded": b"query=mutation+%7B+deleteCohort%28id%3A1%29+%7B+deletedId+%7D+%7D",
            "multipart/form-data; boundary=x": (
                b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{}\r\n--x--'
            ),
        }
        for kind, body in bodies.items():
            answer = await http.post("/graphql", content=body, headers={"content-type": kind})
            assert answer.status_code == 400, kind
        answer = await http.get("/graphql", params={"query": make})
        assert answer.status_code == 400 and "mutation" in answer.text

    site.use(forged_forms)


def test_nothing_is_sent_to_other_origins_on_request(site, ada):
    async def work(http):
        return await http.options(
            "/graphql", headers={"origin": "https://evil.example", "access-control-request-method": "POST"}
        )

    assert not [name for name in site.use(work).headers if name.startswith("access-control")]


def test_over_tls_the_cookie_is_this_host_s_alone(database, ada):
    path = new_link(database, ada.email)

    async def work(http):
        return (await http.post(path, headers=SAME)).headers["set-cookie"]

    cookie = Api(database, public_url="https://almanac.example").use(work)
    assert cookie.startswith("__Host-almanac=") and "Secure" in cookie and "Domain" not in cookie


def test_pages_with_secrets_are_kept_by_nobody_and_framed_by_nobody(site, database, ada):
    found = site.get(new_link(database, ada.email))
    assert found.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in found.headers["content-security-policy"]
    assert "form-action 'self'" in found.headers["content-security-policy"]
    assert found.headers["referrer-policy"] == "same-origin"


def test_no_secret_is_in_the_database(site, database, ada):
    path = new_link(database, ada.email)
    share = "mutation ($id: ID!) { shareCohort(id: $id) { token } }"
    token = site.data(share, headers=ada.cookie, id=str(ada.cohort_id))["shareCohort"]["token"]
    key = site.data('mutation { createApiKey(name: "x") { secret } }', headers=ada.cookie)["createApiKey"]["secret"]
    secrets = [*ada.keys.values(), ada.session, path.rpartition("/")[2], token, key]
    with database.connect() as connection:
        tables = connection.execute(
            text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        ).scalars()
        rows = [
            row
            for table in list(tables)
            for row in connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()
        ]
    assert len(rows) > 100
    for secret in secrets:
        assert not any(secret in row or secret.encode().hex() in row for row in rows)


def test_the_settings_of_signing_in_are_checked():
    good = {
        "SMTP_URL": "smtps://u:p@mail.example:465",
        "ALMANAC_MAIL_FROM": "a@b.c",
        "ALMANAC_PUBLIC_URL": "https://x.y",
    }
    assert Settings.from_environment(good).smtp_url
    wrong = {
        "SMTP_URL": "http://mail.example",
        "ALMANAC_MAIL_FROM": "nobody",
        "ALMANAC_PUBLIC_URL": "almanac.example",
        "ALMANAC_ANONYMOUS": "write",
        "ALMANAC_RATE_LIMIT": "many",
        "ALMANAC_ANONYMOUS_RATE_LIMIT": "-1",
        "ALMANAC_TRUSTED_PROXIES": "10.0.0.1, proxy",
    }
    for variable, value in wrong.items():
        with pytest.raises(ValueError, match=f"^{variable}: "):
            Settings.from_environment(good | {variable: value})
    for missing in ("ALMANAC_MAIL_FROM", "ALMANAC_PUBLIC_URL"):
        with pytest.raises(ValueError, match=f"^{missing}: "):
            Settings.from_environment({name: value for name, value in good.items() if name != missing})
