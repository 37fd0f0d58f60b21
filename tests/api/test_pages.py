"""The pages for people: everything they name comes from this server."""

import re
from html import unescape

import pytest
from playwright.sync_api import sync_playwright

from schema.attribution import NOTICES
from schema.settings import Settings
from schema.store import runs, syncs
from schema.store.accounts import SESSION_LIFE
from schema.store.payloads import LONGEST_KEPT
from tests.api.conftest import Api
from tests.api.people import share
from tests.api.test_front_end_guide import holes
from tests.browser import needs_browser

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/graphql", "/policy"])
def test_a_page_names_nothing_from_elsewhere_and_all_it_names_is_here(api, world, path):
    response = api.get(path, headers=BROWSER)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="([^"]*)"', response.text)
    assert named and all(name.startswith("/") and not name.startswith("//") for name in named)
    assert "://" not in response.text
    for name in named:
        found = api.use(lambda http, name=name: http.get(name, headers=BROWSER, follow_redirects=True))
        assert found.status_code in (200, 503), name


@pytest.mark.parametrize("path", ["/", "/graphql", "/policy", "/s/{token}"])
def test_a_page_says_whose_data_it_shows(api, world, database, path):
    path = path.format(token=share(database, world.cohort_id))
    shown = unescape(api.get(path, headers=BROWSER).text)
    assert all(notice in shown for notice in NOTICES)


def test_browsers_are_told_to_load_nothing_from_elsewhere(api, world):
    policy = api.get("/graphql", headers=BROWSER).headers["content-security-policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'" and directives["script-src"] == "'self'"
    assert "http" not in policy and "*" not in policy


def test_the_stylesheets_of_the_editor_load_nothing_either(api, world):
    page = api.get("/graphql", headers=BROWSER).text
    for name in re.findall(r'href="([^"]*\.css)"', page):
        urls = re.findall(r"url\(\s*['\"]?([^)]{0,40})", api.get(name).text)
        assert all(url.startswith("data:") for url in urls), name


def examples(page):
    return [unescape(each) for each in re.findall(r'<template class="example">(.*?)</template>', page, re.S)]


def test_the_examples_in_the_editor_work(api, world):
    found = examples(api.get("/graphql", headers=BROWSER).text)
    queries = [each for each in found if "\nquery " in each]
    assert (len(found), len(queries)) == (6, 5)
    for query in queries:
        data = api.data(query)
        assert data and not any(holes(field) for field in data.values()), query
    best = api.data(queries[0])["cohorts"]["edges"][0]["node"]
    assert len(best["films"]["edges"]) == 10


@needs_browser
def test_in_a_browser_each_example_has_its_tab_and_runs(server, database, world):
    with database.begin() as connection:
        runs.finish(connection, runs.open_run(connection, "crawl"), "succeeded")  # of whom somebody follows
        runs.finish(connection, syncs.open_sync(connection, world.cohort_id), "succeeded")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Settings().chromium_path, args=["--no-sandbox"])
        page = browser.new_page()
        complaints = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        for names in ([], ["again"]):  # who comes again finds the same tabs, and no more
            page.goto(f"http://{server}/graphql")
            tabs = page.get_by_role("tab")
            tabs.first.wait_for()
            assert tabs.all_inner_texts() == ["Best", "UnlikeEveryone", "Why", "Slices", "Members", "Progress"], names
        for name, shown in (("Best", '"rank": 1'), ("Members", '"displayName"'), ("Progress", '"SUCCEEDED"')):
            tabs.get_by_text(name, exact=True).click()
            page.wait_for_timeout(300)  # the editor reads what is in it a tenth of a second after it came
            page.get_by_role("button", name="Execute query").click()
            page.locator(".result-window", has_text=shown).wait_for(timeout=10_000)
        assert complaints == []
        browser.close()


def test_the_page_of_a_share_leads_to_the_films_and_to_the_policy(api, world, database):
    text = api.get(f"/s/{share(database, world.cohort_id)}").text
    rows = re.findall(r"<tr><td>.*", text)
    uri = api.data('{ film(slug: "stalker") { letterboxdUri } }')["film"]["letterboxdUri"]
    assert len(rows) > 5 and any(f'<td><a href="{uri}">Stalker</a></td>' in row for row in rows)
    assert '<a href="/policy">' in text


@needs_browser
def test_on_a_telephone_nothing_is_cut_off(server, database, world):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Settings().chromium_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        long = "for (const cell of document.querySelectorAll('td:nth-child(2)')) cell.textContent = 'a'.repeat(60)"
        for path in ("/", "/policy", "/sign-in", f"/s/{share(database, world.cohort_id)}"):
            page.goto(f"http://{server}{path}")
            page.evaluate(long)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        page.goto(f"http://{server}/graphql")
        query, answer = page.locator(".graphiql-editors"), page.locator(".graphiql-response")
        answer.wait_for()
        assert min(query.bounding_box()["width"], answer.bounding_box()["width"]) > 280
        assert min(query.bounding_box()["height"], answer.bounding_box()["height"]) > 200
        browser.close()


@needs_browser
def test_below_a_dark_editor_the_notices_are_dark_too(server, world):
    shown = """() => [document.body, document.querySelector("footer")]
        .map((each, at) => getComputedStyle(each)[at ? "color" : "backgroundColor"].match(/[0-9]+/g).map(Number))"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Settings().chromium_path, args=["--no-sandbox"])
        page = browser.new_page(color_scheme="dark")
        page.goto(f"http://{server}/graphql")
        behind, before = page.evaluate(shown)
        assert max(behind) < 64 and min(before) > 180
        browser.close()


def test_the_wheel_s_python_is_not_imported(api, world):
    import sys

    assert api.get("/graphiql-assets/graphiql.min.js").status_code == 200
    assert "graphene_django_graphiql_static" not in sys.modules
    assert "django" not in sys.modules


@pytest.mark.parametrize("path", ["/../app.py", "/%2e%2e/pages.py", "/..%2fpages.py", "/", "/x"])
def test_nothing_else_is_served(api, world, path):
    assert api.get(f"/graphiql-assets{path}").status_code == 404


def test_programs_that_ask_without_a_query_get_json(api: Api, world):
    response = api.get("/graphql", headers={"accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_the_policy_says_what_holds_here(database, world, tmp_path):
    def shown(**settings):
        response = Api(database, anonymous="none", **settings).get("/policy")
        assert response.status_code == 200
        return " ".join(response.text.split())

    plain = shown()
    assert "No pages of Letterboxd are read." in plain and "does not say who runs it" in plain
    assert f"at most {LONGEST_KEPT.days} days" in plain and f"sessions for {SESSION_LIFE.days} days" in plain
    assert "salted hash" in plain and "eraseMember" in plain and "withdrawSource" in plain
    mirror = shown(contact="me@example.org", letterboxd_base_url="https://mirror.example:8443")
    assert "Public pages at mirror.example, " in mirror and mirror.count('href="mailto:me@example.org"') == 2
    assert 'href="https://example.org/?a=1&amp;b=2"' in shown(contact="https://example.org/?a=1&b=2")
    assert "&lt;script&gt;" in shown(contact="<script>") and "<script>" not in shown(contact="<script>")
    permission = tmp_path / "permission.toml"
    permission.write_text(
        'granted_by = "<the site>"\ngranted_on = 2026-01-31\npaths = ["/film/"]\ncontact = "x@example.org"\n'
    )
    assert "with the permission of &lt;the site&gt; of 2026-01-31" in shown(authorization_file=str(permission))
