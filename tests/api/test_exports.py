"""`/exports/cohorts/ID.csv`: GraphQL's numbers as CSV that readers and spreadsheets survive."""

import asyncio
import csv
import io
import json
import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from api.exports import cells, letterboxd, table
from api.graphql.ids import global_id
from schema.attribution import NOTICES
from schema.settings import REPOSITORY
from schema.store import film_columns
from tests.api.conftest import Api
from tests.api.people import share
from tests.api.test_rate_limits import redis  # noqa: F401 - a fixture

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


def path(cohort_id):
    return f"/exports/cohorts/{global_id('Cohort', cohort_id)}.csv"


def rows(response):
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8"), newline=""), strict=True))


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


@pytest.mark.parametrize("value", ["=1+1", "+1", "-30-", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "\r\n=1", "\u00a0=1"])
def test_no_text_is_a_formula(value):
    assert cells.text(value).startswith("'")
    (line,) = csv.reader(io.StringIO(cells.lines([[cells.text(value), cells.joined([value, "b"])]]), newline=""))
    assert all(cell.startswith("'") for cell in line)


@pytest.mark.parametrize("value", ["Élan", "8½", "'t Hooft", "1984", "a=b", ""])
def test_other_texts_stay_as_they_are(value):
    assert cells.text(value) == value and cells.text(None) is None


def test_numbers_are_not_texts():
    assert cells.lines([[-0.5, None, 3]]) == "-0.5,,3\r\n"


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


def test_who_may_see_the_cohort_may_have_it(api, world, database, ada, eve):
    private = path(ada.cohort_id)
    seen = {
        name: api.get(private, headers=sent).status_code
        for name, sent in {
            "session": ada.cookie,
            "key": ada.bearer("read"),
            "led by another site": ada.cookie | {"sec-fetch-site": "cross-site"},
            "other": eve.cookie,
            "other's key": eve.bearer("operator"),
            "nobody": {},
            "bad key": {"authorization": "Bearer almanac_x"},
        }.items()
    }
    assert seen == {
        "session": 200,
        "key": 200,
        "led by another site": 404,
        "other": 404,
        "other's key": 404,
        "nobody": 404,
        "bad key": 401,
    }
    refused = api.get(private)
    nowhere = api.get(path(987_654))
    assert refused.json() == nowhere.json() and refused.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}
    for junk in ("x", "Q29ob3J0", global_id("Film", 1), "9" * 30, "-1"):
        assert api.get(f"/exports/cohorts/{junk}.csv").json() == nowhere.json()


def test_a_share_gives_the_export_of_its_cohort(api, world, database, ada, eve):
    token, hidden = share(database, ada.cohort_id), share(database, eve.cohort_id)
    with database.begin() as connection:
        connection.execute(text("UPDATE cohorts SET visibility = 'private' WHERE id = :id"), {"id": eve.cohort_id})

    def status(**params):
        return api.get(path(ada.cohort_id), params=params).status_code

    assert status(token=token) == 200
    # eve's is private, so what shares it shows nothing; and no share is of another cohort.
    assert [status(token=each) for each in (token + "x", "", hidden, "\0")] == [404] * 4
    assert status() == 404
    assert api.get(path(eve.cohort_id), params={"token": hidden}).status_code == 404
    assert api.get(path(world.cohort_id), params={"token": "x"}).status_code == 200  # it is public
    with database.begin() as connection:
        connection.execute(text("UPDATE shares SET expires_at = now() - interval '1 s'"))
    assert status(token=token) == 404
    with database.begin() as connection:
        connection.execute(text("UPDATE cohorts SET visibility = 'private' WHERE id = :id"), {"id": ada.cohort_id})


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


def test_other_tenants_cohorts_do_not_exist_in_filters(api, world, ada):
    given = json.dumps({"ratedBy": {"cohort": str(ada.cohort_id)}})
    for sent, status in (({}, 400), (ada.cookie, 200)):
        assert api.get(path(world.cohort_id), params={"filter": given}, headers=sent).status_code == status


def test_304_as_long_as_it_would_be_the_same(api, world, database):
    url = path(world.cohort_id)
    first = api.get(url)
    sent = {"if-none-match": f'"other", {first.headers["etag"]}'}

    def again(**params):
        return api.get(url, headers=sent, params=params)

    same = again()
    assert (same.status_code, same.content, same.headers["vary"]) == (304, b"", "Authorization, Cookie")
    assert again(ranking="AVERAGE").status_code == again(filter='{"search": "film"}').status_code == 200
    # What stamps do not cover has no validator, and is never taken for unchanged.
    seen = api.get(url, params={"filter": '{"unseenBy": ["cho"]}'})
    assert "etag" not in seen.headers
    for forged in ("*", 'W/"1-1-0"', '"' + "9" * 40 + '"'):
        assert api.get(url, headers={"if-none-match": forged}).status_code == 200
    with database.begin() as connection:
        connection.execute(text("UPDATE film_histograms SET rating_count = rating_count + 1 WHERE film_id = 1"))
        connection.execute(text("UPDATE films SET runtime_minutes = 163 WHERE slug = 'stalker'"))
    changed = again()
    assert changed.status_code == 200 and changed.content != first.content
    sent = {"if-none-match": changed.headers["etag"]}
    assert again().status_code == 304
    with database.begin() as connection:
        connection.execute(
            text("UPDATE member_vectors SET version = version + 1 WHERE member_id = :ben"),
            {"ben": world.member_ids["ben"]},
        )
    assert again().status_code == 200


def test_an_old_validator_is_not_believed(api, world, monkeypatch):
    """Changes of films are remembered for a day."""
    from api.exports import etag

    first = api.get(path(world.cohort_id))
    now = etag.time.time
    for hours, status in ((11, 304), (13, 200), (-1, 200)):
        monkeypatch.setattr(etag.time, "time", lambda hours=hours: now() + timedelta(hours=hours).total_seconds())
        response = api.get(path(world.cohort_id), headers={"if-none-match": first.headers["etag"]})
        assert response.status_code == status, hours


def test_limits_are_those_of_graphql(database, world, redis, redis_url):  # noqa: F811
    limited = Api(database, redis_url, anonymous_rate_limit="2")

    async def work(http):
        return [await http.get(path(world.cohort_id)) for _ in range(3)]

    found = limited.use(work)
    assert [each.status_code for each in found] == [200, 200, 429]
    assert [each.headers["ratelimit-remaining"] for each in found] == ["1", "0", "0"]
    assert found[-1].json()["errors"][0]["extensions"] == {"code": "RATE_LIMITED"}


def test_without_anonymous_reading_it_needs_a_key(database, world, ada):
    closed = Api(database, anonymous="none")
    assert closed.get(path(world.cohort_id)).status_code == 401
    assert closed.get(path(world.cohort_id), headers=ada.bearer("read")).status_code == 200


def test_head_tells_what_get_would(api, world):
    found = api.use(lambda http: http.head(path(world.cohort_id)))
    assert (found.status_code, found.content) == (200, b"") and found.headers["content-type"].startswith("text/csv")
    assert api.use(lambda http: http.post(path(world.cohort_id))).status_code == 405


def test_lists_are_cut_where_the_importer_wants():
    lines = [f"{number},{'é' * number}\r\n" for number in range(40)]
    found = {}
    for number, piece in letterboxd.files(["".join(lines[:25]), "".join(lines[25:])], most=400):
        found.setdefault(number, []).append(piece)
    assert list(found) == list(range(len(found))) and len(found) > 3
    assert all(pieces[0] == letterboxd.header() and len("".join(pieces).encode()) <= 400 for pieces in found.values())
    assert [line for pieces in found.values() for line in pieces[1:]] == lines
