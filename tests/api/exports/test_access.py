"""Whoever may see a cohort may have its export, within the limits of GraphQL; nobody else."""

import json

from sqlalchemy import text

from api.graphql.ids import global_id
from tests.api.conftest import Api
from tests.api.exports.asking import path
from tests.api.people import share
from tests.api.test_rate_limits import redis  # noqa: F401 - a fixture


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


def test_other_tenants_cohorts_do_not_exist_in_filters(api, world, ada):
    given = json.dumps({"ratedBy": {"cohort": str(ada.cohort_id)}})
    for sent, status in (({}, 400), (ada.cookie, 200)):
        assert api.get(path(world.cohort_id), params={"filter": given}, headers=sent).status_code == status


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
