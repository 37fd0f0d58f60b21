"""Who is closest to whom, whom two have in common, and whom to add: against plain Python over the world's facts."""

from math import sqrt

import pytest

from schema.store import cohorts, members
from tests.api.people import person
from tests.api.world import FOLLOWED

ALIGNMENT = """query ($id: ID!, $username: String!, $order: AlignmentOrder = CLOSEST, $notFollowed: Boolean = false,
    $first: Int) { cohort(id: $id) { alignment(username: $username, order: $order, notFollowed: $notFollowed,
        first: $first) {
    member { username } shared score cosine matchingPct meanDifference likesOverlapPct
    explanation { formula terms { name value } } } } }"""
MATRIX = """query ($id: ID!) { cohort(id: $id) { alignmentMatrix {
    members { username } score cosine shared } } }"""
OVERLAP = """query ($one: String!, $other: String!, $first: Int, $after: String) { member(username: $one) {
    mutuals(first: $first) { totalCount edges { node { username } } }
    overlap(username: $other) { follows followedBack cohorts(first: $first) { id label }
        following(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
            username } } }
        followers { totalCount edges { node { username } } } } } }"""
SUGGESTIONS = """query ($id: ID!, $first: Int, $after: String) { cohort(id: $id) {
    suggestions(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { followedBy member { username } } } } } }"""


def ratings(world, name):
    return {slug: given[0] for (who, slug), given in world.reactions.items() if who == name and given[0]}


def likes(world, name):
    return {slug for (who, slug), given in world.reactions.items() if who == name and given[1]}


def pair(world, one, other):
    """Shared films, cosine, per cent of the same stars, distance in stars and overlap of likes, by definition."""
    ours, theirs = ratings(world, one), ratings(world, other)
    common = ours.keys() & theirs.keys()
    either, both = likes(world, one) | likes(world, other), likes(world, one) & likes(world, other)
    overlap = 100 * len(both) / len(either) if either else None
    if not common:
        return 0, None, None, None, overlap
    means = sum(ours.values()) / len(ours), sum(theirs.values()) / len(theirs)
    away = [(ours[film] - means[0], theirs[film] - means[1]) for film in common]
    norms = sqrt(sum(a * a for a, _ in away) * sum(b * b for _, b in away))
    return (
        len(common),
        sum(a * b for a, b in away) / norms if norms else None,
        100 * sum(ours[film] == theirs[film] for film in common) / len(common),
        sum(abs(ours[film] - theirs[film]) for film in common) / len(common) / 2,
        overlap,
    )


def scores(world, one, others):
    """Score and what is usual, by the formula."""
    pairs = {other: pair(world, one, other)[:2] for other in others}
    said = {other: each for other, each in pairs.items() if each[1] is not None}
    usual = sum(n * c for n, c in said.values()) / sum(n for n, _ in said.values()) if said else 0.0
    return {
        other: (n * (usual if c is None else c) + 37 * usual) / (n + 37) if n else None
        for other, (n, c) in pairs.items()
    }, usual


def close(value):
    return None if value is None else pytest.approx(value, abs=1e-9)


@pytest.mark.parametrize("username", ["BEN", "ivy"])
def test_everyone_beside_a_member_of_the_cohort_or_from_outside(api, world, username):
    one = username.lower()
    others = [name for name in FOLLOWED if name != one]
    expected, usual = scores(world, one, others)
    found = api.data(ALIGNMENT, id=str(world.cohort_id), username=username)["cohort"]["alignment"]
    assert {each["member"]["username"] for each in found} == set(others)
    for each in found:
        shared, cosine, matching, difference, overlap = pair(world, one, each["member"]["username"])
        assert each["shared"] == shared
        assert each["cosine"] == close(cosine)
        assert each["matchingPct"] == close(matching)
        assert each["meanDifference"] == close(difference)
        assert each["score"] == close(expected[each["member"]["username"]])
        assert each["likesOverlapPct"] == close(overlap)
        if shared:
            terms = {term["name"]: term["value"] for term in each["explanation"]["terms"]}
            assert each["explanation"]["formula"] == "(n·c + k·u) / (n + k)"
            n, c, u, k = (terms[name] for name in "ncuk")
            assert (n * c + k * u) / (n + k) == close(each["score"])
            assert u == close(usual)
        else:
            assert each["explanation"] is None
    order = [each["score"] for each in found if each["score"] is not None]
    assert order == sorted(order, reverse=True) and len(order) > 2
    assert all(each["score"] is None for each in found[len(order) :])


def test_the_farthest_first_and_only_so_many(api, world):
    closest = api.data(ALIGNMENT, id=str(world.cohort_id), username="ben")["cohort"]["alignment"]
    farthest = api.data(ALIGNMENT, id=str(world.cohort_id), username="ben", order="FARTHEST", first=2)
    assert farthest["cohort"]["alignment"] == closest[::-1][:2]


def test_whom_to_follow(api, world, database):
    found = api.data(ALIGNMENT, id=str(world.cohort_id), username="ben", notFollowed=True)["cohort"]["alignment"]
    assert len(found) == len(FOLLOWED) - 1  # ben follows nobody yet
    ids = world.member_ids
    with database.begin() as connection:
        members.replace_follows(connection, ids["ben"], [ids["cho"], ids["gus"]], direction="following")
    try:
        left = api.data(ALIGNMENT, id=str(world.cohort_id), username="ben", notFollowed=True)["cohort"]["alignment"]
        assert left == [each for each in found if each["member"]["username"] not in {"cho", "gus"}]
    finally:
        with database.begin() as connection:
            members.replace_follows(connection, ids["ben"], [], direction="following")


@pytest.mark.parametrize("username", ["nobody", "ghost", "ada", "a\0b", ""])
def test_a_member_of_whom_no_films_are_known_is_an_error(api, world, username):
    answer = api.ask(ALIGNMENT, id=str(world.cohort_id), username=username)
    assert answer.codes == ["NOT_FOUND"]
    assert answer["errors"][0]["message"] == f"username: no films are known here of {username!r}"


def test_the_matrix_is_every_alignment(api, world):
    found = api.data(MATRIX, id=str(world.cohort_id))["cohort"]["alignmentMatrix"]
    names = [member["username"] for member in found["members"]]
    assert sorted(names) == sorted(FOLLOWED)
    for i, one in enumerate(names):
        expected, _ = scores(world, one, [name for name in names if name != one])
        for j, other in enumerate(names):
            shared, cosine, *_ = (0, None) if one == other else pair(world, one, other)
            assert found["shared"][i][j] == shared
            assert found["cosine"][i][j] == close(cosine)
            assert found["score"][i][j] == close(expected.get(other))


def test_a_matrix_has_an_end(api, world, database):
    with database.begin() as connection:
        many = members.upsert(connection, {f"many{n:03}": None for n in range(101)})
        cohort_id = cohorts.create(connection, "Many", {"usernames": ["ben"]})
        cohorts.set_members(connection, cohort_id, list(many.values()))
    try:
        answer = api.ask(MATRIX, id=str(cohort_id))
        assert answer.codes == ["TOO_COMPLEX"]
        assert answer["errors"][0]["message"] == "alignmentMatrix: the cohort has more than 100 members"
    finally:
        with database.begin() as connection:
            cohorts.delete(connection, cohort_id)


def test_ad_hoc_cohorts_get_all_of_it(api, world):
    query = """query ($definition: CohortDefinition!) { adHocCohort(definition: $definition) {
        alignment(username: "ivy") { member { username } score }
        alignmentMatrix { members { username } score cosine shared } } }"""
    found = api.data(query, definition={"cohort": str(world.cohort_id)})["adHocCohort"]
    assert found["alignmentMatrix"] == api.data(MATRIX, id=str(world.cohort_id))["cohort"]["alignmentMatrix"]
    saved = api.data(ALIGNMENT, id=str(world.cohort_id), username="ivy")["cohort"]["alignment"]
    assert found["alignment"] == [{key: each[key] for key in ("member", "score")} for each in saved]


@pytest.fixture
def graph(database, world):
    """Who follows whom; ada's circle as it was afterwards."""
    ids = world.member_ids
    follows = {
        "ben": ["ada", "cho", "ivy", "dee"],
        "cho": ["ben", "ivy", "dee"],
        "ivy": ["ben", "cho"],
        "dee": ["ivy"],
        "fay": ["ada"],
    }
    with database.begin() as connection:
        for name, others in follows.items():
            members.replace_follows(connection, ids[name], [ids[each] for each in others], direction="following")
    yield follows | {"ada": FOLLOWED}
    with database.begin() as connection:
        for name in follows:
            members.replace_follows(connection, ids[name], [], direction="following")


def names(page):
    return [edge["node"]["username"] for edge in page["edges"]]


def test_what_two_members_have_in_common(api, world, graph):
    found = api.data(OVERLAP, one="ben", other="CHO", first=10)["member"]
    both = found["overlap"]
    assert names(both["following"]) == ["dee", "ivy"] == sorted(set(graph["ben"]) & set(graph["cho"]))
    assert names(both["followers"]) == ["ada", "ivy"]
    assert (both["following"]["totalCount"], both["followers"]["totalCount"]) == (2, 2)
    assert (both["follows"], both["followedBack"]) == (True, True)
    assert names(found["mutuals"]) == ["ada", "cho", "ivy"]
    one_way = api.data(OVERLAP, one="dee", other="ivy", first=10)["member"]["overlap"]
    assert (one_way["follows"], one_way["followedBack"]) == (True, False)


def test_it_comes_in_pages(api, world, graph):
    first = api.data(OVERLAP, one="ben", other="cho", first=1)["member"]
    page = first["overlap"]["following"]
    assert (names(page), page["pageInfo"]["hasNextPage"], page["totalCount"]) == (["dee"], True, 2)
    assert (names(first["mutuals"]), first["mutuals"]["totalCount"]) == (["ada"], 3)
    after = page["pageInfo"]["endCursor"]
    rest = api.data(OVERLAP, one="ben", other="cho", first=1, after=after)["member"]["overlap"]["following"]
    assert (names(rest), rest["pageInfo"]["hasNextPage"]) == (["ivy"], False)
    assert api.ask(OVERLAP, one="ben", other="ivy", after=after).codes == ["BAD_USER_INPUT"]


def test_cohorts_in_common_are_those_that_exist_for_who_asks(api, world, database, ada, eve):
    def labels(**sent):
        found = api.data(OVERLAP, one="ben", other="cho", first=100, **sent)["member"]["overlap"]["cohorts"]
        return [each["label"] for each in found]

    operator = person(database, world, "root", operator=True)
    public = ["Ada's circle", "Best friends"]
    assert labels() == public
    assert labels(headers=ada.bearer("read")) == [*public, "ada's own"]
    assert labels(headers=eve.bearer("read")) == [*public, "eve's own"]
    assert labels(headers=operator.bearer("operator")) == [*public, "ada's own", "eve's own", "root's own"]


@pytest.mark.parametrize("other", ["nobody", "ghost", "a\0b"])
def test_overlap_with_nobody_is_an_error(api, world, other):
    answer = api.ask(OVERLAP, one="ben", other=other)
    assert answer.codes == ["NOT_FOUND"]
    assert answer["errors"][0]["message"] == f"username: not known here: member {other!r}"
    assert api.data('{ member(username: "ghost") { username } }')["member"] is None


def test_members_to_add(api, world, graph):
    found = api.data(SUGGESTIONS, id=str(world.cohort_id))["cohort"]["suggestions"]
    nodes = [(edge["node"]["member"]["username"], edge["node"]["followedBy"]) for edge in found["edges"]]
    # Of ada no films are known, so there would be nothing to add.
    assert nodes == [("ivy", 3)]
    assert found["totalCount"] == 1
    query = """{ adHocCohort(definition: {usernames: ["ben", "ivy"]}) { suggestions(first: 1) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { followedBy member { username } } } } } }"""
    page = api.data(query)["adHocCohort"]["suggestions"]
    assert page["edges"] == [{"node": {"followedBy": 2, "member": {"username": "cho"}}}]
    assert page["totalCount"] == 2 and page["pageInfo"]["hasNextPage"]
    after = page["pageInfo"]["endCursor"]
    rest = api.data(query.replace("first: 1", f'first: 1, after: "{after}"'))["adHocCohort"]["suggestions"]
    assert rest["edges"] == [{"node": {"followedBy": 1, "member": {"username": "dee"}}}]
    assert not rest["pageInfo"]["hasNextPage"]


def test_statements_do_not_grow_with_the_members(api, world, graph):
    marks = {
        "FROM film_changes": "stamps",
        "member_vectors": "vectors",
        "LATERAL": "shared cohorts",
        "row_number": "members in common",
        "p.one, p.other, count": "counts",
        "SELECT f.follower_id, f.followee_id": "follows",
        "username = ANY": "member by name",
        "WHERE username =": "the member",
        "ORDER BY id LIMIT": "the members",
    }

    def kinds(answer):
        assert "errors" not in answer, answer["errors"]
        return [next((kind for mark, kind in marks.items() if mark in each), each) for each in answer.statements]

    alone = ["stamps", "the member", "vectors", "the members", "vectors"]
    assert kinds(api.ask(ALIGNMENT, id=str(world.cohort_id), username="ben")) == alone
    assert kinds(api.ask(MATRIX, id=str(world.cohort_id))) == ["stamps", "the members", "vectors"]
    nested = """query ($id: ID!) { cohort(id: $id) { alignment(username: "ben", first: 9) {
        member { overlap(username: "ivy") {
        follows followedBack cohorts { label } following { totalCount edges { node { username } } }
        followers { edges { node { username } } } } } } } }"""
    expected = ["member by name", "follows", "shared cohorts", "counts", "members in common", "members in common"]
    assert sorted(kinds(api.ask(nested, id=str(world.cohort_id)))) == sorted(alone + expected)
