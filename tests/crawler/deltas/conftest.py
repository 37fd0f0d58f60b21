"""A small world that deltas walk through, page by small page."""

import pytest
from sqlalchemy import text

from fixtures.backlot.pages import grid
from tests.crawler.deltas.acts import PAGE
from tests.crawler.walking import Walk, small_world


@pytest.fixture(autouse=True)
def small_pages(monkeypatch):
    monkeypatch.setattr(grid, "PAGE_SIZE", PAGE)


@pytest.fixture
def walk(database, monkeypatch):
    for name in ("DATABASE_URL", "LETTERBOXD_BASE_URL"):
        monkeypatch.setenv(name, "")  # put back at the end
    with database.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings, sync_runs, listing_pages, rating_events CASCADE"))
    return Walk(database, small_world("ada", "bea"))
