"""304 for what would be the same, and for nothing else."""

from datetime import timedelta

from sqlalchemy import text

from api.exports import etag
from tests.api.exports.asking import path


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
    first = api.get(path(world.cohort_id))
    now = etag.time.time
    for hours, status in ((11, 304), (13, 200), (-1, 200)):
        monkeypatch.setattr(etag.time, "time", lambda hours=hours: now() + timedelta(hours=hours).total_seconds())
        response = api.get(path(world.cohort_id), headers={"if-none-match": first.headers["etag"]})
        assert response.status_code == status, hours
