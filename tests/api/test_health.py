"""Liveness and readiness."""

from sqlalchemy import Engine, text

from tests.api.conftest import Api


def test_a_process_that_runs_is_healthy(api):
    assert api.get("/healthz").text == "ok\n"


def test_ready_with_everything_degraded_without_redis(database: Engine, redis_url):
    response = Api(database, redis_url).get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ready", "database": "ok", "redis": "ok"})
    for url, redis in (("", "not configured"), ("redis://127.0.0.1:1/0", "unreachable")):
        response = Api(database, url).get("/readyz")
        assert (response.status_code, response.json()["status"]) == (200, "degraded")
        assert response.json()["redis"] == redis


def test_not_ready_without_the_newest_tables_or_the_database(database: Engine):
    with database.begin() as connection:
        newest = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    try:
        response = Api(database).get("/readyz")
        assert response.status_code == 503
        assert response.json() | {"redis": ""} == {
            "status": "unavailable",
            "database": "not migrated: run `almanac migrate`",
            "redis": "",
        }
    finally:
        with database.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_not_ready_when_the_database_is_away(database: Engine):
    away = Api(database)
    away.settings = type(away.settings)(database_url="postgresql://someone:hunter2@127.0.0.1:1/nowhere")
    response = away.get("/readyz")
    assert (response.status_code, response.json()["database"]) == (503, "unreachable")
    assert "hunter2" not in response.text
