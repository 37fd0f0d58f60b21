"""A film's standing and the terms of its score, by every ranking, against plain Python over the rows."""

import math

import pytest

from tests.api.conftest import Api
from tests.api.film_world import World

QUERY = """query ($id: ID!, $ranking: RankingStrategy!) { cohort(id: $id) { films(ranking: $ranking, first: 100) {
    edges { node { score ratingPercentile watcherPercentile ratingZ watcherZ watcherBucket agreement tags
        likedUnratedCount explanation { formula terms { name value meaning } } film { slug } } } } } }"""

# Each formula, done by hand over the terms.
FORMULAS = {
    "BAYESIAN": ("(w·m + sum) / (w + n)", lambda t: (t["w"] * t["m"] + t["sum"]) / (t["w"] + t["n"])),
    "AVERAGE": ("sum / n", lambda t: t["sum"] / t["n"]),
    "WILSON": (
        "(p + z²/2n - z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)",
        lambda t: (
            (
                t["p"]
                + t["z"] ** 2 / (2 * t["n"])
                - t["z"] * math.sqrt(t["p"] * (1 - t["p"]) / t["n"] + t["z"] ** 2 / (4 * t["n"] ** 2))
            )
            / (1 + t["z"] ** 2 / t["n"])
        ),
    ),
    "AFFINITY": ("m + (warmth - m)·(1 + A)/2", lambda t: t["m"] + (t["warmth"] - t["m"]) * (1 + t["A"]) / 2),
    "DIVERGENCE": ("n/(n + w)·(mean - g)", lambda t: t["n"] / (t["n"] + t["w"]) * (t["mean"] - t["g"])),
}


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database, size=60, varied=True)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


def close(value):
    return None if value is None else pytest.approx(value, abs=1e-9)


def films(api, world, ranking):
    page = api.data(QUERY, id=str(world.cohort), ranking=ranking)["cohort"]["films"]
    return {edge["node"]["film"]["slug"]: edge["node"] for edge in page["edges"]}


@pytest.mark.parametrize("ranking", FORMULAS)
def test_the_terms_of_a_score_give_the_score(api, world, ranking):
    formula, worked_out = FORMULAS[ranking]
    found = films(api, world, ranking)
    assert set(found) == set(world.numbers)
    for slug, about in world.numbers.items():
        score, explained = about["scores"][ranking.lower()], found[slug]["explanation"]
        assert found[slug]["score"] == close(score)
        if score is None:
            assert explained is None
            continue
        assert explained["formula"] == formula
        assert all(term["meaning"] for term in explained["terms"])
        assert worked_out({term["name"]: term["value"] for term in explained["terms"]}) == close(score)
    assert any(node["explanation"] for node in found.values())


def test_the_rankings_are_those_of_the_interface(api, world):
    values = api.data('{ __type(name: "RankingStrategy") { enumValues { name } } }')["__type"]["enumValues"]
    assert [each["name"] for each in values] == list(FORMULAS)


def test_where_each_film_stands(api, world):
    found = films(api, world, "BAYESIAN")
    for slug, about in world.numbers.items():
        node = found[slug]
        for field, name in (
            ("ratingPercentile", "rating_percentile"),
            ("watcherPercentile", "watcher_percentile"),
            ("ratingZ", "rating_z"),
            ("watcherZ", "watcher_z"),
            ("watcherBucket", "watcher_bucket"),
            ("agreement", "agreement"),
            ("likedUnratedCount", "liked_unrated"),
        ):
            assert node[field] == close(about[name]), (slug, field)
        assert node["tags"] == about["tags"]
