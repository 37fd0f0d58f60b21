"""What crawls of the spiders run in."""

import os

import pytest


@pytest.fixture
def environment(backlot, database, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        **backlot.environment,
        "ALMANAC_CRAWL_REPORT": str(tmp_path / "report.json"),
    }
