"""`/exports/cohorts/ID.csv`: GraphQL's numbers as CSV that readers and spreadsheets survive."""

import asyncio
import json
import re

import httpx
import pytest
from sqlalchemy import text

from api.exports import cells, table
from schema.attribution import NOTICES
from schema.settings import REPOSITORY
from schema.store import film_columns
from tests.api.exports.asking import path, rows

FIGURES = """rank score average standardDeviation ratedCount watchers likedCount likedUnratedCount likedPct
    favoriteCount favoritePct globalAverage divergence shape agreement ratingPercentile watcherPercentile
    watcherBucket ratingZ watcherZ histogram globalHistogram tags"""
FACTS = """title originalTitle releaseYear slug letterboxdId letterboxdUri tmdbType tmdbId imdbId runtimeMinutes genres
    countries languages directors { name } writers { name } cast { name }"""
FILMS = """query ($id: ID!, $filter: FilmFilter, $orderBy: [FilmOrder!], $ranking: RankingStrategy! = BAYESIAN) {
    cohort(id: $id) { films(filter: $filter, orderBy: $orderBy, ranking: $ranking, first: 100) {
        edges { node { FIGURES film { FACTS } } } } } }""".replace("FIGURES", FIGURES).replace("FACTS", FACTS)
EVIL = '=HYPERLINK("http://x")\r\nÉ, "q"'


@pytest.fixture(scope="module", autouse=True)
def named(database, world):
    """A film that would be a formula, on two lines."""
    with database.begin() as connection:
        connection.execute(text("UPDATE films SET title = :title WHERE slug = 'film-12'"), {"title": EVIL})
        film_columns.rewrite(connection, [world.film_ids["film-12"]])


def shown(value):
    """A value of GraphQL as a cell."""
    if isinstance(value, list):
        value = "; ".join(each["name"] if isinstance(each, dict) else each for each in value)
    if isinstance(value, str):
        return cells.text(value) or ""
    return "" if value is None else str(value)


def expected(node):
    film, counts = node.pop("film"), {name: node.pop(name) for name in ("histogram", "globalHistogram")}
    row = {name: shown(value) for name, value in (film | node).items()}
    for name, ten in counts.items():
        for half in range(1, 11):
            row[f"{name}{half / 2:g}"] = "" if ten is None else str(ten[half - 1])
    return row


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"filter": {"average": {"min": 3}}, "orderBy": [{"by": "TITLE", "direction": "ASC"}]},
        {"ranking": "WILSON"},
        {"filter": {"genres": {"any": ["drama"]}, "includeUnknown": True}, "orderBy": [{"by": "RELEASE_YEAR"}]},
        {"filter": {"ratedBy": {"usernames": ["ben"]}, "search": "film"}},
        {"filter": {"search": "nothing like it"}},
    ],
)
def test_it_holds_what_graphql_answers(api, world, given):
    answered = api.data(FILMS, id=str(world.cohort_id), **given)["cohort"]["films"]["edges"]
    asked = {name: value if name == "ranking" else json.dumps(value) for name, value in given.items()}
    response = api.get(path(world.cohort_id), params=asked)
    found = rows(response)
    said = [row.pop("attribution") for row in found]
    assert found == [expected(edge["node"]) for edge in answered]
    assert len(found) == len(answered)
    # Once where it is read, and beside a file without films, too.
    assert said == ([" ".join(NOTICES)] + [""] * len(found))[: len(found)]
    assert response.headers["x-attribution"] == " ".join(NOTICES)
    assert response.text.split("\r\n")[0] == ",".join(table.NAMES)


def test_it_is_csv_by_the_book(api, world):
    response = api.get(path(world.cohort_id))
    assert response.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["x-content-type-options"] == "nosniff"
    named = f"attachment; filename=\"cohort-{world.cohort_id}.csv\"; filename*=UTF-8''Ada%27s%20circle.csv"
    assert response.headers["content-disposition"] == named
    content = response.content
    assert content.endswith(b"\r\n") and content.count(b"\n") == content.count(b"\r\n") == len(rows(response)) + 1
    assert not content.startswith(b"\xef\xbb\xbf")
    (evil,) = (row for row in rows(response) if row["slug"] == "film-12")
    assert evil["title"] == '\'=HYPERLINK("http://x") É, "q"'


def test_the_example_in_the_guide_runs_as_it_stands(api, world):
    guide = (REPOSITORY / "docs" / "front-end.md").read_text()
    url = re.search(r"127.0.0.1:8000(/exports/\S+)'", guide)[1]
    params = dict(re.findall(r"--data-urlencode '(\w+)=(.*?)'", guide))
    assert set(params) == {"filter", "orderBy"}
    found = rows(api.get(url, params=params))
    assert found and all(int(row["watchers"]) >= 5 for row in found)
    apart = [float(row["divergence"]) for row in found if row["divergence"]]
    assert apart == sorted(apart, reverse=True)


def test_large_ones_are_streamed_in_portions(api, world, database, monkeypatch):
    whole = api.get(path(world.cohort_id))
    monkeypatch.setattr(table, "_PART", 7)
    assert api.get(path(world.cohort_id)).content == whole.content


def test_many_at_once_and_whoever_hangs_up_leaves_the_others_alone(world, server, monkeypatch):
    monkeypatch.setattr(table, "_PART", 5)

    async def run():
        async with httpx.AsyncClient(base_url=f"http://{server}") as http:

            async def hang_up():
                async with http.stream("GET", path(world.cohort_id)) as response:
                    return await anext(response.aiter_bytes())

            async def whole():
                response = await http.get(path(world.cohort_id))
                return response.headers["transfer-encoding"], response.content

            return await asyncio.gather(*(each() for each in (whole, hang_up) * 5))

    found = asyncio.run(run())
    ((encoding, content),) = set(found[::2])
    assert encoding == "chunked" and all(content.startswith(part) and part != content for part in found[1::2])


@pytest.mark.parametrize(
    ("params", "code", "says"),
    [
        ({"filter": "{"}, "BAD_USER_INPUT", "filter: is not valid JSON"),
        ({"filter": "[" * 9_999}, "BAD_USER_INPUT", "filter: is not valid JSON"),
        ({"filter": '"' + "x" * 10_000}, "BAD_USER_INPUT", "filter: has 10001 characters; at most 10000 are allowed"),
        ({"filter": '{"colour": 1}'}, "BAD_USER_INPUT", "filter: Expected value of type 'FilmFilter' not to include"),
        ({"filter": '{"average": {"min": "a"}}'}, "BAD_USER_INPUT", "filter.average.min: Float cannot represent"),
        ({"filter": '{"runtime": {"min": 2, "max": 1}}'}, "BAD_USER_INPUT", "filter.runtime: min 2 is more than max 1"),
        ({"filter": '{"search": ""}'}, "BAD_USER_INPUT", "filter.search: give at least a letter or digit"),
        ({"filter": '{"genres": {"any": ["Westrn"]}}'}, "NOT_FOUND", "filter.genres: no film here has 'Westrn'"),
        ({"filter": '{"unseenBy": ["nobody"]}'}, "NOT_FOUND", "filter.unseenBy: no films are known here of 'nobody'"),
        ({"orderBy": '[{"by": "TITLE"}, {"by": "TITLE"}]'}, "BAD_USER_INPUT", "orderBy: names the same field twice"),
        ({"orderBy": '[{"by": "COLOUR"}]'}, "BAD_USER_INPUT", "orderBy[0].by: Value 'COLOUR' does not exist"),
        ({"ranking": "best"}, "BAD_USER_INPUT", "ranking: Value 'best' does not exist in 'RankingStrategy' enum."),
    ],
)
def test_what_cannot_be_asked_is_named(api, world, params, code, says):
    response = api.get(path(world.cohort_id), params=params)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"]) == (400, code)
    assert error["message"].startswith(says)


def test_head_tells_what_get_would(api, world):
    found = api.use(lambda http: http.head(path(world.cohort_id)))
    assert (found.status_code, found.content) == (200, b"") and found.headers["content-type"].startswith("text/csv")
    assert api.use(lambda http: http.post(path(world.cohort_id))).status_code == 405
