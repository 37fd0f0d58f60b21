"""The worked example in docs/new-page-kind.md does what it says, in a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from schema.settings import REPOSITORY
from tests.crawler.site import Site, serving

FILES = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEEDED = ["crawler", "schema", "cli", "jobs", "tests", "fixtures", "scrapy.cfg", "pyproject.toml"]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    for name in NEEDED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    written = FILES.findall((REPOSITORY / "docs" / "new-page-kind.md").read_text())
    assert len(written) == 5
    for path, text in written:
        target = folder / path
        assert not target.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return folder


def run(copy, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


def test_its_cases_are_found_and_pass(copy):
    code, said, _ = run(copy, "-m", "pytest", "-q", "tests/crawler/pages/test_cases.py", "-k", "stats or every")
    # Four fields, no other fields, one refusal, and the two tests that look at all kinds.
    assert (code, said.splitlines()[-1].split(",")[0]) == (0, "8 passed"), said


def test_the_command_reads_it(copy):
    code, said, _ = run(copy, "-m", "cli", "parse", "stats", "fixtures/pages/stats/2026.html")
    assert (code, json.loads(said)) == (0, {"watches": 1204311, "likes": 1, "lists": 96040})


def test_its_spider_is_found_and_crawls(copy, database):
    code, said, _ = run(copy, "-m", "scrapy", "list")
    assert code == 0 and "stats" in said.split()
    page = (copy / "fixtures" / "pages" / "stats" / "2026.html").read_text()
    site = Site({"/robots.txt": (404, {}, ""), "/csi/film/the-paper-kite/stats/": (200, {}, page)})
    with serving(site):
        code, _, log = run(
            copy,
            *("-m", "scrapy", "crawl", "stats", "-a", "slug=the-paper-kite"),
            DATABASE_URL=database.url.render_as_string(hide_password=False),
            LETTERBOXD_BASE_URL=site.url,
            ALMANAC_CRAWL_DELAY="0",
        )
    assert code == 0, log
    (line,) = (copy / "stats.jsonl").read_text().splitlines()
    assert json.loads(line)["slug"] == "the-paper-kite"
    assert json.loads(line)["page"]["watches"] == 1204311
