"""The main job on real ratings: crawl a cohort of twenty-five, twice, and ask the API; compare with the CSV itself."""

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from collections import defaultdict

import pytest
from sqlalchemy import text

from fixtures.backlot.testing import running
from schema.settings import REPOSITORY
from tests.realdata import shared

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(400)]

MEMBERS = 25
TOP = """query ($id: ID!) { cohort(id: $id) { memberCount
  films(first: 50) { edges { node { film { slug } rank score average ratedCount histogram } } } } }"""


@pytest.fixture(scope="module")
def truth():
    """(member, slug) → half-stars, of the first twenty-five members."""
    chosen: dict[str, dict[str, int]] = defaultdict(dict)
    with gzip.open(shared("ratings/ratings.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            if row["member"] not in chosen and len(chosen) == MEMBERS:
                break
            chosen[row["member"]][row["slug"]] = int(row["rating"])
    return chosen


@pytest.fixture(scope="module")
def world(database, redis_url):
    with running(shared("ratings"), weight="light") as backlot:
        yield {
            **os.environ,
            "DATABASE_URL": database.url.render_as_string(hide_password=False),
            "REDIS_URL": redis_url,
            **backlot.environment,
        }


def almanac(world, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments], cwd=REPOSITORY, env=world, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def ask(world, query, variables):
    """What `almanac api` answers over HTTP."""
    api = subprocess.Popen(
        [sys.executable, "-m", "cli", "api", "--port", "0"],
        cwd=REPOSITORY,
        env={**world, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        url = api.stdout.readline().split()[-1]
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request))
    finally:
        api.terminate()
        api.wait()
        api.stdout.close()


def checksum(rows):
    return hashlib.sha256("\n".join(f"{m},{s},{r}" for m, s, r in sorted(rows)).encode()).hexdigest()


def test_the_database_equals_the_dataset_and_a_second_sync_changes_nothing(world, database, truth):
    almanac(world, "cohort", "create", "Real", "--usernames", ",".join(truth))
    almanac(world, "sync", "Real", "--full", "--no-enrich")
    expected = [(member, slug, rating) for member, rated in truth.items() for slug, rating in rated.items()]
    stored = text(
        "SELECT m.username, f.slug, r.rating FROM ratings r JOIN members m ON m.id = r.member_id"
        " JOIN films f ON f.id = r.film_id WHERE r.rating IS NOT NULL"
    )
    state = text("SELECT member_id, film_id, xmin::text, ctid::text FROM ratings ORDER BY 1, 2")
    with database.connect() as connection:
        rows = [tuple(row) for row in connection.execute(stored)]
        before = connection.execute(state).all()
    assert len(rows) == len(expected)
    assert checksum(rows) == checksum(expected)
    almanac(world, "sync", "Real", "--full", "--no-enrich")
    with database.connect() as connection:
        assert connection.execute(state).all() == before
        assert connection.execute(text("SELECT count(*) FROM rating_events")).scalar() == 0
        duplicates = "SELECT count(*) - count(DISTINCT (member_id, film_id)) FROM ratings"
        assert connection.execute(text(duplicates)).scalar() == 0


def test_the_api_ranks_as_the_csv_does(world, truth):
    films: dict[str, list[int]] = defaultdict(list)
    for rated in truth.values():
        for slug, rating in rated.items():
            films[slug].append(rating)
    total = sum(len(ratings) for ratings in films.values())
    mean = sum(sum(ratings) for ratings in films.values()) / total / 2
    weight = sum(len(ratings) ** 2 for ratings in films.values()) / total
    score = {slug: (weight * mean + sum(ratings) / 2) / (weight + len(ratings)) for slug, ratings in films.items()}
    best = sorted(films, key=lambda slug: (-score[slug], -len(films[slug])))
    cohort_id = json.loads(almanac(world, "cohort", "show", "Real", "--json"))["id"]
    answer = ask(world, TOP, {"id": str(cohort_id)})
    cohort = answer["data"]["cohort"]
    assert cohort["memberCount"] == MEMBERS
    nodes = [edge["node"] for edge in cohort["films"]["edges"]]
    assert [node["rank"] for node in nodes] == list(range(1, 51))
    for node, slug in zip(nodes, best, strict=False):
        ratings = films[node["film"]["slug"]]
        assert node["score"] == pytest.approx(score[node["film"]["slug"]], abs=1e-9)
        assert node["score"] == pytest.approx(score[slug], abs=1e-9)
        assert (node["ratedCount"], node["histogram"]) == (len(ratings), [ratings.count(n) for n in range(1, 11)])
        assert node["average"] == pytest.approx(sum(ratings) / len(ratings) / 2, abs=1e-9)
