"""PostgreSQL and Redis for those who configured none: started on demand, shared, and stopped by the last user."""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from cli import signals
from cli.services.checks import check_database, check_redis
from cli.services.errors import ServiceError
from cli.services.home import Home
from cli.services.postgres import Postgres
from cli.services.redis import Redis
from cli.services.server import Server
from schema.settings import Settings, SettingsError

__all__ = ["ServiceError", "Urls", "check_database", "check_redis", "running"]

_PATIENCE_SECONDS = 2.0  # an ordinary start takes less


class Urls(dict[str, str]):
    """DATABASE_URL and REDIS_URL, and whether the servers that we run behind them still live."""

    def __init__(self, urls: Mapping[str, str], servers: Sequence[Server] = ()) -> None:
        super().__init__(urls)
        self._servers = servers

    def check(self) -> None:
        """Raises ServiceError, naming it, when a server of ours has died."""
        for server in self._servers:
            if not server.alive():
                raise ServiceError(f"{server.name} has died (its log: {server.log}); start this again to go on")


@contextmanager
def running(
    *, postgres: bool = True, redis: bool = True, home: Path | None = None, durable: bool = True
) -> Iterator[Urls]:
    """Yields DATABASE_URL and REDIS_URL, to be put into the environment, of servers that answer.

    Servers that the environment names are checked and left alone; the others run, for all processes with the
    same `home` (default: ALMANAC_HOME), until the last of these blocks ends. A process that dies without
    leaving is no longer counted. `durable=False` trades safety against power cuts for speed: throw-away data.
    Raises ServiceError.
    """
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise ServiceError(str(error)) from None
    place = Home((home or settings.home_path).resolve())
    every = [Postgres(place, durable=durable), Redis(place, durable=durable)]
    asked = {Postgres.variable: postgres, Redis.variable: redis}
    named = {Postgres.variable: settings.database_url, Redis.variable: settings.redis_url}
    urls = {variable: url for variable, url in named.items() if asked[variable] and url}
    if Postgres.variable in urls:
        check_database(urls[Postgres.variable])
    if Redis.variable in urls:
        check_redis(urls[Redis.variable])
    needed = [server for server in every if asked[server.variable] and server.variable not in urls]
    if not needed:
        yield Urls(urls)
        return
    with _sharing(place, needed, every):
        yield Urls(urls | {server.variable: server.url for server in needed}, needed)


@contextmanager
def _sharing(home: Home, needed: Sequence[Server], every: Sequence[Server]) -> Iterator[None]:
    """Counts this process as a user of the servers; the count is a lock, which the kernel gives back for the dead."""
    try:
        home.make()
        users = (home.run / "users.lock").open("w")
    except OSError as error:
        raise ServiceError(f"ALMANAC_HOME: cannot use {home.root}: {error.strerror} ({error.filename})") from None
    owner = os.getpid()
    with users:
        try:
            with _transition(home):
                fcntl.flock(users, fcntl.LOCK_SH)
                for server in needed:
                    server.start()
                _announce(home, every)
            yield
        finally:
            if os.getpid() == owner:  # a forked child that unwinds this stack is no user
                with signals.held_back():
                    home.make()  # somebody may have deleted it meanwhile
                    with _transition(home):
                        _leave(home, users, every)


def _leave(home: Home, users: IO[str], every: Sequence[Server]) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(users, fcntl.LOCK_UN)
        return  # others remain
    errors = []
    for server in every:
        try:
            server.stop()
        except ServiceError as error:
            errors.append(error.message)
    home.retract()
    fcntl.flock(users, fcntl.LOCK_UN)
    if errors:
        raise ServiceError("; ".join(errors))


@contextmanager
def _transition(home: Home) -> Iterator[None]:
    """One process at a time starts or stops servers."""
    with (home.run / "transition.lock").open("w") as lock:
        said_after = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.02)
            if time.monotonic() > said_after:
                click.echo("another almanac process is starting or stopping the servers; waiting for it", err=True)
                said_after = float("inf")
        yield


def _announce(home: Home, every: Sequence[Server]) -> None:
    alive = [server for server in every if server.alive()]
    home.announce({s.variable: s.url for s in alive}, {s.name: s.pid() for s in alive})
