"""The pages for people: everything they name comes from this server."""

import re
from html import unescape

import pytest

from schema.attribution import NOTICES
from tests.api.conftest import Api
from tests.api.people import share

BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/graphql"])
def test_a_page_names_nothing_from_elsewhere_and_all_it_names_is_here(api, world, path):
    response = api.get(path, headers=BROWSER)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="([^"]*)"', response.text)
    assert named and all(name.startswith("/") and not name.startswith("//") for name in named)
    assert "://" not in response.text
    for name in named:
        found = api.use(lambda http, name=name: http.get(name, headers=BROWSER, follow_redirects=True))
        assert found.status_code in (200, 503), name


@pytest.mark.parametrize("path", ["/", "/graphql", "/s/{token}"])
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


def test_the_example_in_the_editor_works(api, world):
    page = api.get("/graphql", headers=BROWSER).text
    example = re.search(r'<template id="example">(.*?)</template>', page, re.S)[1]
    [cohort] = api.data(example)["cohorts"]["edges"]
    assert len(cohort["node"]["films"]["edges"]) == 10


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
