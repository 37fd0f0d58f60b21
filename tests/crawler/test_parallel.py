"""Writers of the same members and films, in opposite orders, neither deadlock nor store anything twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

from sqlalchemy import text

from crawler.items import GridPage, PageInfo, Tile
from crawler.observations import ListingRead
from crawler.pipelines.writing import write_listings
from schema.store import runs

MEMBERS = [f"m{n}" for n in range(8)]
ROUNDS = 25


def page(member, round_, backwards):
    """One complete listing: films that everybody has and, every fifth time, some that nobody has stored yet.

    Whoever makes films holds all others up to the end of the transaction, so that nothing could collide.
    """
    films = [*range(30), *range(1000 + round_ // 5 * 10, 1010 + round_ // 5 * 10)]
    tiles = [Tile(f"f{n}", n + 1, f"F{n}", 2000, 1 + (n + round_) % 10, False) for n in films]
    info = PageInfo("films", "C", "http://backlot.test/", len(tiles))
    ordered = tuple(reversed(tiles)) if backwards else tuple(tiles)
    return ListingRead(member, "rated", 1, GridPage(info, member, ordered), datetime.now(UTC), None, "whole")


def test_opposite_orders_do_not_deadlock(database):
    together = Barrier(2)

    def write(backwards):
        for round_ in range(ROUNDS):
            together.wait(60)
            members = reversed(MEMBERS) if backwards else MEMBERS
            items = [page(member, round_, backwards) for member in members]
            with database.begin() as connection:
                write_listings(connection, items, runs.open_run(connection, "crawl"), {})

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, backwards) for backwards in (False, True)]:
            done.result(90)
    with database.connect() as connection:
        counted = connection.execute(text("SELECT member_id, count(*) FROM ratings GROUP BY 1")).all()
        assert [count for _, count in counted] == [40] * len(MEMBERS)
        assert connection.execute(text("SELECT count(*) FROM films")).scalar() == 30 + 10 * ROUNDS // 5
