"""A database, a Redis and spiders of our own making for every test, and workers that a test can kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Engine, Row, text

from jobs import chain
from schema.insights import runs as looking
from schema.store import cohorts, members
from schema.store.syncs import open_sync
from tests.databases import fresh_database

STANDIN = Path(__file__).parent / "standin"


class Stage:
    """Where a test plays: opens syncs, starts workers, waits, and looks at what happened."""

    def __init__(self, engine: Engine, redis: Redis, folder: Path) -> None:
        self.engine = engine
        self.redis = redis
        self.log = folder / "standin.log"
        self._workers: list[subprocess.Popen[bytes]] = []

    def cohort(self, *names: str) -> int:
        """A cohort of members by these names, all of them known here."""
        with self.engine.begin() as connection:
            members.upsert(connection, dict.fromkeys(names))
            return cohorts.create(connection, f"cohort of {names[0]}", {"usernames": sorted(names)})

    def sync(self, cohort_id: int, *, enrich: bool = False) -> int:
        """Opens a sync and sends its first go."""
        with self.engine.begin() as connection:
            run_id = open_sync(connection, cohort_id, enrich=enrich)
        chain.advance(run_id)
        return run_id

    def worker(self, *, burst: bool = False, wait: bool = False) -> subprocess.Popen[bytes]:
        """A worker process."""
        work = f"from jobs.worker import run; run(burst={burst}, patience=0)"
        code = f"import logging; logging.basicConfig(level=20); {work}"
        worker = subprocess.Popen([sys.executable, "-c", code])
        self._workers.append(worker)
        if wait:
            assert worker.wait(60) == 0
        return worker

    def wait(self, condition: Callable[[], bool], seconds: float = 40) -> None:
        """Fails unless `condition` comes true."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            time.sleep(0.05)

    def run(self, run_id: int) -> looking.RunRow:
        """The run as it is now."""
        with self.engine.connect() as connection:
            found = looking.by_id(connection, run_id)
        assert found
        return found

    def steps(self, run_id: int) -> dict[str, looking.StepProgress]:
        """Its steps as they are now."""
        with self.engine.connect() as connection:
            return {step.name: step for step in looking.progress(connection, self.run(run_id))}

    def finished(self, run_id: int) -> looking.RunRow:
        """The run when it is over."""
        self.wait(lambda: self.run(run_id).over)
        return self.run(run_id)

    def execute(self, statement: str) -> list[Row]:
        """What one SQL statement gives."""
        with self.engine.begin() as connection:
            result = connection.execute(text(statement))
            return list(result) if result.returns_rows else []

    def crawls(self, what: str = "begin") -> list[tuple[float, int, str, dict[str, str]]]:
        """(time, pid, spider, arguments) of every crawl that began, or ended."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [(at, pid, spider, given) for at, event, pid, spider, given in map(json.loads, lines) if event == what]

    def close(self) -> None:
        for worker in self._workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        for worker in self._workers:
            worker.wait(30)


@pytest.fixture
def stage(database_template: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    redis = Redis.from_url(redis_url)
    redis.flushall()
    with fresh_database(database_template, f"test_jobs_{os.getpid()}") as engine:
        monkeypatch.setenv("DATABASE_URL", engine.url.render_as_string(hide_password=False))
        monkeypatch.setenv("REDIS_URL", redis_url)
        monkeypatch.setenv("LETTERBOXD_BASE_URL", "http://upstream.test")
        monkeypatch.setenv("WIKIDATA_BASE_URL", "http://upstream.test")
        monkeypatch.setenv("PYTHONPATH", str(STANDIN))  # before the installed Scrapy
        monkeypatch.setenv("STANDIN_LOG", str(tmp_path / "standin.log"))
        found = Stage(engine, redis, tmp_path)
        try:
            yield found
        finally:
            found.close()
            redis.close()
