"""Crawls as operators start them, and what they are held against."""

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from schema.settings import REPOSITORY


def command(spider, *arguments):
    return [sys.executable, "-m", "scrapy", "crawl", spider, *[part for a in arguments for part in ("-a", a)]]


def crawl(environment, spider, *arguments):
    """Runs a spider to its end: its exit code, its report, its log."""
    done = subprocess.run(
        command(spider, *arguments), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, json.loads(Path(environment["ALMANAC_CRAWL_REPORT"]).read_text()), done.stderr


def stored(database, username):
    with database.connect() as connection:
        return {
            slug: (rating, liked, favorite)
            for slug, rating, liked, favorite in connection.execute(
                text(
                    "SELECT f.slug, r.rating, r.liked, r.favorite FROM ratings r JOIN films f ON f.id = r.film_id"
                    " JOIN members m ON m.id = r.member_id WHERE m.username = :name"
                ),
                {"name": username},
            )
        }


def shown(backlot, username):
    state = backlot.state(username)
    truth = {slug: [rating, False, False] for slug, rating in state["ratings"].items()}
    for slug in state["likes"]:
        truth.setdefault(slug, [None, False, False])[1] = True
    for slug in state["favorites"]:
        truth.setdefault(slug, [None, False, False])[2] = True
    return {slug: tuple(facets) for slug, facets in truth.items()}
