"""Derives films' facts again from TMDB's stored answers, without asking anybody."""

from collections.abc import Callable

from sqlalchemy import Engine

from crawler.observations import TmdbRead
from crawler.pages import tmdb
from crawler.pages.errors import PageError
from crawler.pipelines.writing import write_titles
from schema.store import payloads, retention

_AT_ONCE = 500  # answers in one transaction: 10 MB


def rederive(engine: Engine, told: Callable[[int], None]) -> tuple[int, list[str]]:
    """How many answers were read, and why others could not be. `told` gets the number now and then."""
    with engine.begin() as connection:
        retention.enforce(connection)
    done, unreadable, last = 0, [], ("", 0)
    while True:
        with engine.begin() as connection:
            some = payloads.read(connection, last, _AT_ONCE)
            if not some:
                return done, unreadable
            reads = []
            for payload in some:
                try:
                    reads.append(TmdbRead(tmdb.parse(payload.document.encode()), payload))
                except PageError as error:
                    unreadable.append(f"{payload.tmdb_type}/{payload.tmdb_id}: {error}")
            write_titles(reads, connection)
        done += len(reads)
        told(done)
        last = some[-1].tmdb_type, some[-1].tmdb_id
