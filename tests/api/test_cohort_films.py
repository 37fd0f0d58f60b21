"""Cohort.films against the same numbers worked out in plain Python from the world's facts."""

import math

import pytest

from schema.store import cohorts, films, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.conftest import Api
from tests.api.world import FOLLOWED, NOW, ONLY_LIKED, OUTSIDE, World

PAGE = """
query ($id: ID!, $orderBy: [FilmOrder!], $first: Int, $after: String) {
  cohort(id: $id) {
    films(orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      edges { cursor node {
        rank score average standardDeviation ratedCount watchers likedCount likedPct favoriteCount favoritePct
        histogram film { slug title releaseYear }
      } }
    }
  }
}
"""
WORLDWIDE = """
query ($id: ID!, $orderBy: [FilmOrder!]) {
  cohort(id: $id) { films(orderBy: $orderBy) { edges { node {
    average globalAverage divergence globalHistogram film { slug }
  } } } }
}
"""


def everything(api: Api, world: World, order_by: list | None = None) -> list[dict]:
    """All films of the circle in an order, in one page."""
    page = api.data(PAGE, id=str(world.cohort_id), orderBy=order_by, first=100)["cohort"]["films"]
    assert not page["pageInfo"]["hasNextPage"]
    return [edge["node"] for edge in page["edges"]]


def slugs(nodes: list[dict], world: World) -> list[str]:
    """The films of a page, by the slug under which the world knows them."""
    return ["zodiac" if node["film"]["slug"] == "the-zodiac" else node["film"]["slug"] for node in nodes]


def expected(world: World) -> list[dict]:
    """The circle's films best first, from the facts alone."""
    rows = []
    for slug in world.titles:
        said = world.of(FOLLOWED, slug)
        if said:
            stars = [rating / 2 for rating, _, _ in said if rating]
            rows.append({"slug": slug, "stars": stars, "said": said})
    every = [star for row in rows for star in row["stars"]]
    mean = sum(every) / len(every)
    weight = sum(len(row["stars"]) ** 2 for row in rows) / len(every)
    for row in rows:
        count = len(row["stars"])
        row["score"] = (weight * mean + sum(row["stars"])) / (weight + count) if count else None
    rows.sort(key=lambda row: _best_first(row, world))
    return rows


def _best_first(row: dict, world: World) -> tuple:
    return (
        row["score"] is None,
        -(row["score"] or 0),
        -len(row["stars"]),
        -len(row["said"]),
        world.film_ids[row["slug"]],
    )


def test_numbers_and_order_equal_a_recomputation(api, world):
    nodes, rows = everything(api, world), expected(world)
    assert slugs(nodes, world) == [row["slug"] for row in rows]
    for place, (node, row) in enumerate(zip(nodes, rows, strict=True), 1):
        stars, said = row["stars"], row["said"]
        mean = sum(stars) / len(stars) if stars else None
        assert node["rank"] == (place if stars else None)
        assert node["score"] == (pytest.approx(row["score"], abs=1e-9) if stars else None)
        assert node["average"] == (pytest.approx(mean, abs=1e-9) if stars else None)
        deviation = math.sqrt(sum((star - mean) ** 2 for star in stars) / len(stars)) if stars else None
        assert node["standardDeviation"] == (pytest.approx(deviation, abs=1e-9) if stars else None)
        assert (node["ratedCount"], node["watchers"]) == (len(stars), len(said))
        assert node["likedCount"] == sum(liked for _, liked, _ in said)
        assert node["likedPct"] == pytest.approx(100 * node["likedCount"] / len(said))
        assert node["favoriteCount"] == sum(favorite for _, _, favorite in said)
        assert node["favoritePct"] == pytest.approx(100 * node["favoriteCount"] / len(said))
        assert node["histogram"] == [sum(star == half / 2 for star in stars) for half in range(1, 11)]


def test_likes_without_ratings_come_last_and_strangers_do_not_count(api, world):
    nodes = everything(api, world)
    by_slug = dict(zip(slugs(nodes, world), nodes, strict=True))
    unrated = [node["ratedCount"] == 0 for node in nodes]
    assert by_slug[ONLY_LIKED]["rank"] is None and by_slug[ONLY_LIKED]["likedPct"] == 100
    assert unrated == sorted(unrated) and any(unrated)
    assert OUTSIDE not in by_slug


def test_films_that_nothing_else_tells_apart_stand_in_order_of_age(api, world):
    order = slugs(everything(api, world), world)
    assert order.index("film-11") == order.index("film-10") + 1


def divergences(world: World) -> dict[str, float | None]:
    """The circle's mean minus the global one, by slug."""
    found = {}
    for row in expected(world):
        counts = world.histograms.get(row["slug"])
        if counts and sum(counts) and row["stars"]:
            everyone = sum(half / 2 * count for half, count in enumerate(counts, 1)) / sum(counts)
            found[row["slug"]] = sum(row["stars"]) / len(row["stars"]) - everyone
        else:
            found[row["slug"]] = None
    return found


VALUES = {
    "SCORE": lambda row, world: row["score"],
    "AVERAGE": lambda row, world: sum(row["stars"]) / len(row["stars"]) if row["stars"] else None,
    "RATED_COUNT": lambda row, world: len(row["stars"]),
    "WATCHERS": lambda row, world: len(row["said"]),
    "LIKED_COUNT": lambda row, world: sum(liked for _, liked, _ in row["said"]),
    "RELEASE_YEAR": lambda row, world: world.titles[row["slug"]][1],
    "TITLE": lambda row, world: world.titles[row["slug"]][0].replace("É", "E").lower(),
    "DIVERGENCE": lambda row, world: divergences(world)[row["slug"]],
}


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", VALUES)
def test_every_order_puts_equals_in_the_same_order_and_the_unknown_last(api, world, field, direction):
    rows = expected(world)
    rows.sort(key=lambda row: (-len(row["stars"]), -len(row["said"]), world.film_ids[row["slug"]]))
    known = [row for row in rows if VALUES[field](row, world) is not None]
    # Sorting is stable in both directions, so equals keep the order they have.
    known.sort(key=lambda row: VALUES[field](row, world), reverse=direction == "DESC")
    unknown = [row for row in rows if VALUES[field](row, world) is None]
    nodes = everything(api, world, [{"by": field, "direction": direction}])
    assert slugs(nodes, world) == [row["slug"] for row in known + unknown]


def test_later_criteria_decide_between_equals(api, world):
    nodes = everything(api, world, [{"by": "WATCHERS", "direction": "ASC"}, {"by": "TITLE", "direction": "DESC"}])
    keys = [(node["watchers"], node["film"]["title"].replace("É", "E").lower()) for node in nodes]
    assert keys == sorted(sorted(keys, key=lambda key: key[1], reverse=True), key=lambda key: key[0])


@pytest.mark.parametrize(
    "order_by",
    [None, [{"by": "TITLE", "direction": "ASC"}], [{"by": "RELEASE_YEAR"}, {"by": "DIVERGENCE", "direction": "ASC"}]],
)
def test_pages_joined_are_the_whole_list(api, world, order_by):
    whole = everything(api, world, order_by)
    found, after, pages = [], None, 0
    while True:
        page = api.data(PAGE, id=str(world.cohort_id), orderBy=order_by, first=8, after=after)["cohort"]["films"]
        found += [edge["node"] for edge in page["edges"]]
        info = page["pageInfo"]
        assert page["totalCount"] == len(whole)
        assert info["hasPreviousPage"] == (pages > 0)
        assert info["startCursor"] == page["edges"][0]["cursor"]
        assert info["endCursor"] == page["edges"][-1]["cursor"]
        after, pages = info["endCursor"], pages + 1
        if not info["hasNextPage"]:
            break
    assert found == whole
    assert pages == math.ceil(len(whole) / 8)


def test_a_cursor_keeps_its_place_when_films_arrive_before_it(api, world, database):
    cohort = str(world.cohort_id)
    order = [{"by": "TITLE", "direction": "ASC"}]
    first = api.data(PAGE, id=cohort, orderBy=order, first=10)["cohort"]["films"]
    second = api.data(PAGE, id=cohort, orderBy=order, first=10, after=first["pageInfo"]["endCursor"])
    with database.begin() as connection:
        [new] = films.resolve(connection, [Identity("aaa", 900, "AAA", 2020)])
        ben = world.member_ids["ben"]
        reactions.upsert(connection, [Reaction(ben, new, 8)], ["rating"], source="crawl", observed_at=NOW)
        vectors.rewrite(connection, [ben])
    try:
        again = api.data(PAGE, id=cohort, orderBy=order, first=10, after=first["pageInfo"]["endCursor"])
        names = [edge["node"]["film"]["title"] for edge in second["cohort"]["films"]["edges"]]
        assert [edge["node"]["film"]["title"] for edge in again["cohort"]["films"]["edges"]] == names
        assert again["cohort"]["films"]["totalCount"] == first["totalCount"] + 1
    finally:
        with database.begin() as connection:
            reactions.withdraw(connection, ben, ["rating"], [new], source="crawl", observed_at=NOW)
            vectors.rewrite(connection, [ben])


def test_global_numbers_are_the_histogram_s(api, world):
    answer = api.data(WORLDWIDE, id=str(world.cohort_id))
    nodes = [edge["node"] for edge in answer["cohort"]["films"]["edges"]]
    apart = divergences(world)
    for slug, node in zip(slugs(nodes, world), nodes, strict=True):
        assert node["globalHistogram"] == world.histograms.get(slug)
        assert node["divergence"] == (pytest.approx(apart[slug], abs=1e-9) if apart[slug] is not None else None)
        if not sum(world.histograms.get(slug, [])):
            assert node["globalAverage"] is None
    assert any(node["divergence"] is not None for node in nodes)


def test_one_film_of_a_cohort_by_today_s_and_by_an_earlier_slug(api, world):
    query = "query ($id: ID!, $slug: String!) { cohort(id: $id) { film(slug: $slug) { rank film { slug } } } }"
    whole = everything(api, world)
    [zodiac] = [node for node in whole if node["film"]["slug"] == "the-zodiac"]
    for slug in ("zodiac", "the-zodiac", "Zodiac"):
        found = api.data(query, id=str(world.cohort_id), slug=slug)["cohort"]["film"]
        assert found == {"rank": zodiac["rank"], "film": {"slug": "the-zodiac"}}
    for slug in (OUTSIDE, "no-such-film", "a\0b", "\ud800"):
        assert api.data(query, id=str(world.cohort_id), slug=slug)["cohort"]["film"] is None


def test_a_cohort_without_members_has_no_films(api, world, database):
    query = """{ cohorts { edges { node { label memberCount films {
        totalCount edges { cursor } pageInfo { hasNextPage endCursor } } } } } }"""
    found = {edge["node"]["label"]: edge["node"] for edge in api.data(query)["cohorts"]["edges"]}
    empty = {"totalCount": 0, "edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert found["Nobody yet"] == {"label": "Nobody yet", "memberCount": 0, "films": empty}


def test_new_members_show_at_once(api, world, database):
    query = "query ($id: ID!) { cohort(id: $id) { version memberCount films(first: 0) { totalCount } } }"
    before = api.data(query, id=str(world.cohort_id))["cohort"]
    ids = [world.member_ids[name] for name in FOLLOWED]
    try:
        with database.begin() as connection:
            cohorts.set_members(connection, world.cohort_id, [*ids, world.member_ids["ivy"]])
        after = api.data(query, id=str(world.cohort_id))["cohort"]
        assert after["memberCount"] == before["memberCount"] + 1
        assert after["version"] > before["version"]
        assert after["films"]["totalCount"] == before["films"]["totalCount"] + 1
    finally:
        with database.begin() as connection:
            cohorts.set_members(connection, world.cohort_id, ids)


def test_one_film_by_any_ranking_stands_where_the_list_has_it(api, world):
    one = """query ($id: ID!, $slug: String!, $by: RankingStrategy!) { cohort(id: $id) {
        film(slug: $slug, ranking: $by) { rank score } } }"""
    all_of_them = """query ($id: ID!, $by: RankingStrategy!) { cohort(id: $id) { films(ranking: $by, first: 100) {
        edges { node { rank score film { slug } } } } } }"""
    seen = set()
    for by in ("BAYESIAN", "AVERAGE", "WILSON", "AFFINITY", "DIVERGENCE"):
        listed = api.data(all_of_them, id=str(world.cohort_id), by=by)["cohort"]["films"]["edges"]
        (node,) = [edge["node"] for edge in listed if edge["node"]["film"]["slug"] == "stalker"]
        found = api.data(one, id=str(world.cohort_id), slug="stalker", by=by)["cohort"]["film"]
        assert found == {"rank": node["rank"], "score": node["score"]}
        seen.add(found["score"])
    assert len(seen) == 5
