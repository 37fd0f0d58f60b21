"""Servers that the user named and that do not answer: one line, the variable's name, and no password."""

import pytest

from cli.services import ServiceError, check_database, check_redis

DATABASES = [
    ("postgresql://user:secret@127.0.0.1:1/name", "cannot connect to .*127.0.0.1:1/name: .*refused"),
    ("postgresql+psycopg://user:secret@127.0.0.1:1/name", "refused"),
    ("postgres://user:secret@127.0.0.1:1/name", "refused"),
    ("postgresql:///name?host=/nonexistent&password=secret", "No such file"),
    ("postgresql://user:secret@127.0.0.1:1/name?nonsense=1", "nonsense"),
    ("postgresql://user:s@cret@127.0.0.1/name", "cannot be read.*%40"),
    ("postgresql://user:se/cret@127.0.0.1/name", "cannot be read.*%2F"),
    ("postgresql://user:12/cret@127.0.0.1/name", "cannot be read"),
    ("postgresql://user:1#cret@127.0.0.1/name", "cannot be read"),
    ("postgresql://user:secret@[::1/name", "cannot be read"),
    ("mysql://user:secret@127.0.0.1/name", "must start with postgresql://"),
    ("secret", "must start with postgresql://"),
]
REDISES = [
    ("redis://:secret@127.0.0.1:1/0", "cannot connect to redis://127.0.0.1:1/0: .*refused"),
    ("redis://127.0.0.1:1/0?password=secret", "refused"),
    ("unix:///nonexistent.sock", "No such file"),
    ("redis://127.0.0.1:1/0?nonsense=1", "nonsense"),
    ("redis://user:se/cret@127.0.0.1/0", "cannot be read.*%2F"),
    ("redis://user:secret@127.0.0.1:70000/0", "cannot be read"),
    ("redis://127.0.0.1:1/0?db=secret", "cannot be read"),
    ("http://user:secret@127.0.0.1/", "cannot be read"),
]


@pytest.mark.parametrize(("url", "reason"), DATABASES)
def test_a_broken_database_url(url: str, reason: str) -> None:
    with pytest.raises(ServiceError, match=f"^DATABASE_URL: .*{reason}") as caught:
        check_database(url)
    assert "cret" not in caught.value.message and "\n" not in caught.value.message


@pytest.mark.parametrize(("url", "reason"), REDISES)
def test_a_broken_redis_url(url: str, reason: str) -> None:
    with pytest.raises(ServiceError, match=f"^REDIS_URL: .*{reason}") as caught:
        check_redis(url)
    assert "cret" not in caught.value.message and "\n" not in caught.value.message


def test_working_urls_pass(database_url: str, redis_url: str) -> None:
    check_database(database_url)
    check_redis(redis_url)
