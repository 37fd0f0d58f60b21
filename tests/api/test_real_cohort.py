"""A hundred real members: the API's best fifty against the same computed from the file of ratings."""

import csv
import gzip
import itertools
from collections import defaultdict
from datetime import UTC, datetime

import pytest

from schema.store import cohorts, films, members, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.conftest import Api
from tests.realdata import shared

QUERY = """query ($id: ID!, $after: String) { cohort(id: $id) { memberCount films(first: 25, after: $after) {
    totalCount pageInfo { endCursor } edges { node { rank score average ratedCount film { slug } } } } } }"""


@pytest.mark.real
def test_the_best_fifty(database):
    with gzip.open(shared("ratings/ratings.csv.gz"), "rt", newline="") as file:
        by_member = itertools.groupby(csv.DictReader(file), key=lambda row: row["member"])
        given = {
            name: [(row["slug"], int(row["rating"])) for row in rows] for name, rows in itertools.islice(by_member, 100)
        }
    cohort_id, film_ids = _load(database, given)

    ratings = defaultdict(list)
    for rows in given.values():
        for slug, rating in rows:
            ratings[slug].append(rating / 2)
    every = [stars for each in ratings.values() for stars in each]
    mean = sum(every) / len(every)
    weight = sum(len(each) ** 2 for each in ratings.values()) / len(every)
    score = {slug: (weight * mean + sum(each)) / (weight + len(each)) for slug, each in ratings.items()}
    best = sorted(score, key=lambda slug: (-score[slug], -len(ratings[slug]), film_ids[slug]))[:50]

    api, found, after = Api(database), [], None
    for _ in range(2):
        page = api.data(QUERY, id=str(cohort_id), after=after)["cohort"]
        found += [edge["node"] for edge in page["films"]["edges"]]
        after = page["films"]["pageInfo"]["endCursor"]
    assert page["memberCount"] == 100
    assert page["films"]["totalCount"] == len(ratings)
    assert [node["film"]["slug"] for node in found] == best
    for place, (node, slug) in enumerate(zip(found, best, strict=True), 1):
        assert (node["rank"], node["ratedCount"]) == (place, len(ratings[slug]))
        assert node["score"] == pytest.approx(score[slug], abs=1e-9)
        assert node["average"] == pytest.approx(sum(ratings[slug]) / len(ratings[slug]), abs=1e-9)


def _load(database, given: dict[str, list[tuple[str, int]]]) -> tuple[int, dict[str, int]]:
    """The id of a cohort of these members, and the films' ids by slug."""
    slugs = sorted({slug for rows in given.values() for slug, _ in rows})
    with database.begin() as connection:
        ids = members.upsert(connection, dict.fromkeys(given))
        film_ids = dict(zip(slugs, films.resolve(connection, [Identity(s, None, s, None) for s in slugs]), strict=True))
        said = [
            Reaction(ids[name.lower()], film_ids[slug], rating) for name, rows in given.items() for slug, rating in rows
        ]
        reactions.upsert(connection, said, ["rating"], source="crawl", observed_at=datetime.now(UTC), record=False)
        vectors.rewrite(connection, list(ids.values()))
        cohort_id = cohorts.create(connection, "A hundred", {"usernames": sorted(ids)})
        cohorts.set_members(connection, cohort_id, list(ids.values()))
    return cohort_id, film_ids
