"""Films that are easily taken for one another: what is accepted is right, and the rest stays open with candidates."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from fixtures.backlot.testing import running
from schema.settings import REPOSITORY

# What Wikidata says here is wrong, or says too much.
STATEMENTS = {
    "true-north": ["movie/1003"],  # the title of another film we know
    "south": ["movie/1028"],  # the title of a film we do not know
    "west": ["movie/999999"],  # no title at all
    "east": ["movie/1030", "movie/1028"],
    "again-2011": ["movie/1031"],  # the original of the remake
    "alpha": ["tv/1013"],  # the right number of the wrong kind
    "latest": ["movie/1025"],  # right, but a year off
    "plain": ["movie/1033"],
    "harbour": ["movie/1003"],
    "dil": ["movie/1054"],  # a title that differs by a vowel sign
    "ember": ["movie/1055"],  # of the next year, while TMDB does not have the film
    "nameless-hour": ["movie/1057"],  # a namesake, and we have no year to tell
    "undated": ["movie/1058"],  # right, and IMDb's id says so
    "mirror-2005": ["movie/1060"],  # two of a name and year, the wrong way round
    "mirror-2005-1": ["movie/1059"],
    "stone-garden": ["movie/1062"],  # the same director's next film
    "long-winter": ["movie/1068"],  # a series
    "parallax": ["movie/1069"],  # a namesake of the same year, with another id on IMDb
}
OPEN_WITHOUT_PAGES = {
    "the-visitor-2010",
    "the-visitor-2011",
    "harbour",  # true-north is said to be the same
    "echo-2005",
    "echo-2005-1",
    "static",
    "the-line-2015",
    "the-bridge-2011",
    "tsubaki",
    "amelie-2001",
    "nowhere-2003",
    "nowhere-2003-1",
    "lonely",
    "void-1966-1",
    "late",
    "again-2011",
    "no-year",
    "champion-2",
    "salt-ash",
    "orchard",
    "the-quarry",
    "birdsong",
    "ember",
    "nameless-hour",
    "mirror-2005",
    "mirror-2005-1",
    "velvet",
    "satin",
    "the-tribunal",
    "parallax",
    "plus-1",
}


@pytest.fixture(scope="module")
def world(database):
    with running(REPOSITORY / "fixtures" / "traps", weight="light", coverage=0.0) as backlot:
        for slug, titles in STATEMENTS.items():
            backlot.control("wikidata", slug=slug, titles=titles)
        environment = {
            **os.environ,
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            **backlot.environment,
        }
        yield backlot, environment


def crawl(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", *arguments],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stderr


def told(database):
    """(type, id) by slug of the films that have an identity, and the candidates of those that are open."""
    with database.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT f.slug, f.tmdb_type, f.tmdb_id, q.status, q.candidates FROM films f"
                " JOIN film_metadata_sync q ON q.film_id = f.id AND q.kind = 'identity'"
            )
        ).all()
    known = {row.slug: (row.tmdb_type, row.tmdb_id) for row in rows if row.tmdb_id}
    return known, {row.slug: row.candidates for row in rows if row.status == "pending"}


def truth(backlot):
    return {film.slug: (film.type, film.tmdb_id) for film in backlot.dataset.films}


def test_nothing_wrong_is_accepted_and_pages_settle_the_rest(world, database):
    backlot, environment = world
    crawl(environment, "rated", "-a", "username=trapper")
    crawl(environment, "filmjson", "-a", "slugs=later,static,stone-garden")  # directors known beforehand
    for spider in ("wikidata", "tmdb", "tmdb_search"):
        log = crawl(environment, spider, "-a", "due=100")
        assert "ERROR" not in log, log
    known, still_open = told(database)
    right = truth(backlot)
    assert known == {slug: right[slug] for slug in known}
    assert set(still_open) == OPEN_WITHOUT_PAGES
    # What was found is there with the reason against it; without a year nothing was looked for.
    assert all(each["why"] for candidates in still_open.values() for each in candidates)
    assert {slug for slug, candidates in still_open.items() if not candidates} == {"no-year"}

    log = crawl(environment, "film", "-a", "due=100")
    assert "ERROR" not in log, log
    known, still_open = told(database)
    rated = set(backlot.state("trapper")["ratings"])
    assert still_open == {}
    assert known == {slug: title for slug, title in right.items() if slug in rated and title[1]}
