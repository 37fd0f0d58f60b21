"""What is measured of freshness, once, and with time to spare for a busy machine."""

from bench import fresh


def test_a_rating_given_upstream_is_soon_in_the_api(database, redis_url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("REDIS_URL", redis_url)
    found = fresh.run(database, num_members=2, rounds=1)
    assert found["ok"], found
