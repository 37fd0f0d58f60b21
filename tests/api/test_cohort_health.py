"""Cohort.health, against plain Python; what it costs, and what it tells whom."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy import text

from schema.insights.enrichment import num_due
from schema.store import completeness, listings, metadata, runs, steps, syncs
from schema.store.completeness import TilesRead
from tests.api.world import FOLLOWED, NOW

FRESHNESS = "freshness { oldest newest never listings { kind oldest newest never failed } }"
COMPLETENESS = """completeness { listings completeListings listingsPct identityPct
    membersBelow(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { username } } }
    latestReading { tiles ratingStatePct tmdbIdentityPct flagged } }"""
COVERAGE = """coverage { films identified absent identityPct described describedPct histograms histogramsPct }
    queue { kind pending failed nextAttemptAt }"""
RUNS = """lastRuns(first: 3) { id status error steps { name status error parts { error detail } }
        completeness { tiles } } lastSuccessfulRun { id kind status }"""


WHOLE = """query ($id: ID!, $after: String) { cohort(id: $id) { health {
    completeness { listings completeListings membersBelow(first: 1, after: $after) { totalCount }
        latestReading { tiles } }
    coverage { films identified absent described histograms } } } }"""


def asked(fields, paged=False):
    arguments = ", $first: Int, $after: String" if paged else ""
    return f"query ($id: ID!{arguments}) {{ cohort(id: $id) {{ health {{ {fields} }} }} }}"


def health(api, world, fields, **given):
    return api.data(asked(fields, "$after" in fields), **{"id": str(world.cohort_id), **given})["cohort"]["health"]


def at(day):
    return NOW + timedelta(days=day)


@pytest.fixture(scope="module", autouse=True)
def read(database, world):
    """Readings of some members, with some failures; what is known of some films."""
    with database.begin() as connection:
        ids = world.member_ids
        run = runs.open_run(connection, "crawl")
        for day, name in enumerate(FOLLOWED[:4]):
            listings.record(connection, run, ids[name], "rated", observed_at=at(day), found=5)
        for name in FOLLOWED[:3]:
            listings.record(connection, None, ids[name], "likes", observed_at=at(7), found=5)
        listings.fail(connection, ids["cho"], "likes", "the upstream answered 503")
        listings.fail(connection, ids["hal"], "profile", "not here")
        # All films are identified but two; one of these is known not to exist.
        connection.execute(
            text("UPDATE films SET tmdb_id = id, tmdb_type = 'movie' WHERE slug NOT IN ('elan', 'film-9')")
        )
        metadata.settle(connection, [world.film_ids["elan"]], "identity", "absent")
        metadata.fail(connection, [world.film_ids["film-9"]], "identity", "several titles")


def test_counts_and_shares_are_of_the_same(api, world):
    counted = api.data(WHOLE, id=str(world.cohort_id))["cohort"]["health"]
    shares = health(api, world, f"{COMPLETENESS} {COVERAGE}", first=1)
    for part, numbers in counted.items():
        for name in numbers.keys() - {"membersBelow", "latestReading"}:
            assert numbers[name] == shares[part][name], name
    assert counted["completeness"]["membersBelow"]["totalCount"] == shares["completeness"]["membersBelow"]["totalCount"]


def test_when_members_were_read(api, world):
    found = health(api, world, FRESHNESS)["freshness"]
    by_kind = {each.pop("kind"): each for each in found.pop("listings")}
    assert found == {"oldest": at(3).isoformat(), "newest": at(7).isoformat(), "never": 2}
    nothing = {"oldest": None, "newest": None}
    assert by_kind == {
        "RATED": {"oldest": at(0).isoformat(), "newest": at(3).isoformat(), "never": 2, "failed": 0},
        "LIKES": {"oldest": at(7).isoformat(), "newest": at(7).isoformat(), "never": 3, "failed": 1},
        "PROFILE": {**nothing, "never": 6, "failed": 1},
    }


def counted(world, name):
    """A member's ratings and likes, and those of them to films of known identity."""
    films = [slug for (who, slug), (rating, liked, _) in world.reactions.items() if who == name and (rating or liked)]
    return len(films), sum(slug != "film-9" for slug in films)


def test_how_whole_members_are_known(api, world):
    found = health(api, world, COMPLETENESS)["completeness"]
    counts = {name: counted(world, name) for name in FOLLOWED}
    reactions, identified = (sum(column) for column in zip(*counts.values(), strict=True))
    assert (found["listings"], found["completeListings"]) == (12, 6)
    assert found["listingsPct"] == pytest.approx(50)
    assert found["identityPct"] == pytest.approx(100 * identified / reactions) and identified < reactions
    whole = {"ben", "dee"}
    below = [name for name in FOLLOWED if name not in whole or counts[name][1] < 0.99 * counts[name][0]]
    assert [edge["node"]["username"] for edge in found["membersBelow"]["edges"]] == below
    assert 3 < found["membersBelow"]["totalCount"] == len(below) <= 6
    assert found["latestReading"] is None
    pages, after = [], None
    while len(pages) < len(below):
        page = health(api, world, COMPLETENESS, first=2, after=after)["completeness"]["membersBelow"]
        pages += [edge["node"]["username"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (len(pages) < len(below))
    assert pages == below


def test_what_is_known_of_the_films(api, world):
    found = health(api, world, COVERAGE)
    films = {slug for name, slug in world.reactions if name in FOLLOWED}
    known = {"absent": {"elan"} & films, "unknown": {"film-9"} & films}
    assert all(known.values())
    described, histograms = {"stalker"} & films, set(world.histograms) & films
    coverage = found["coverage"]
    assert [coverage[each] for each in ("films", "identified", "absent", "described", "histograms")] == [
        len(films),
        len(films) - 2,
        1,
        len(described),
        len(histograms),
    ]
    for share, number in (
        ("identityPct", len(films) - 1),
        ("describedPct", len(described)),
        ("histogramsPct", len(histograms)),
    ):
        assert coverage[share] == pytest.approx(100 * number / len(films))


def test_what_is_still_to_be_asked_about_the_films(api, world, database):
    """Of the cohort's films alone: those of somebody else do not count."""
    films = [world.film_ids[slug] for slug in {slug for name, slug in world.reactions if name in FOLLOWED}]
    with database.connect() as connection:
        rows = connection.execute(
            text("SELECT film_id, kind, status, next_attempt_at FROM film_metadata_sync WHERE film_id = ANY(:films)"),
            {"films": films},
        ).all()
    expected = []
    for kind in ("identity", "tmdb", "histogram"):
        due = {
            status: [row for row in rows if row.kind == kind and row.status == status]
            for status in ("pending", "failed")
        }
        first = min((row.next_attempt_at for each in due.values() for row in each), default=None)
        expected.append(
            {
                "kind": kind.upper(),
                "pending": len(due["pending"]),
                "failed": len(due["failed"]),
                "nextAttemptAt": first and first.astimezone(UTC).isoformat(),
            }
        )
    found = health(api, world, COVERAGE)["queue"]
    assert found == expected
    assert (found[0]["failed"], found[1]["pending"]) == (1, 0) and found[0]["pending"] > 3


@pytest.fixture(scope="module")
def ran(database, world, ada):
    """Runs of ada's own cohort, oldest first: a refresh, one that failed, one under way."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sync_runs WHERE cohort_id = :cohort"), {"cohort": ada.cohort_id})
        good = syncs.open_sync(connection, ada.cohort_id)
        completeness.add(connection, good, TilesRead(10, 10, 10, 9))
        runs.finish(connection, good, "succeeded")
        refresh = runs.open_run(connection, "refresh", ada.cohort_id)
        runs.finish(connection, refresh, "succeeded")
        bad = syncs.open_sync(connection, ada.cohort_id)
        part = steps.start(connection, bad, "refresh", 0, 1)
        steps.fail(connection, part, "ben is gone", final=True)
        runs.finish(connection, bad, "failed", "refresh: ben is gone")
        now = syncs.open_sync(connection, ada.cohort_id)
    return [good, refresh, bad, now]


def test_how_its_runs_went(api, world, ada, ran):
    numbers = "query ($id: ID!) { cohort(id: $id) { health { lastRuns { id } none: lastRuns(first: 0) { id } } } }"
    every = api.data(numbers, id=str(ada.cohort_id), headers=ada.cookie)["cohort"]["health"]
    assert (len(every["lastRuns"]), every["none"]) == (4, [])
    found = health(api, world, f"{RUNS} {COMPLETENESS}", id=str(ada.cohort_id), headers=ada.bearer("read"))
    run = "query ($id: ID!) { syncRun(id: $id) { id status error steps { name status error parts { error detail } }"
    alone = [
        api.data(run + " completeness { tiles } } }", id=each["id"], headers=ada.cookie)["syncRun"]
        for each in every["lastRuns"]
    ]
    assert found["lastRuns"] == alone[:3]
    assert [each["status"] for each in alone] == ["QUEUED", "FAILED", "SUCCEEDED", "SUCCEEDED"]
    assert alone[1]["error"] == "refresh: ben is gone" == f"refresh: {alone[1]['steps'][0]['parts'][0]['error']}"
    last = found["lastSuccessfulRun"]
    assert last == {"id": alone[3]["id"], "kind": "delta", "status": "SUCCEEDED"}  # a refresh is no sync
    assert found["completeness"]["latestReading"] == {
        "tiles": 10,
        "ratingStatePct": 100,
        "tmdbIdentityPct": None,
        "flagged": True,
    }


def test_what_went_wrong_is_told_to_those_whose_run_it_is(api, world, database, ada, eve, ran):
    def told(sent):
        cohort = api.data(asked(RUNS), id=str(ada.cohort_id), headers=sent)["cohort"]
        return cohort and "ben is gone" in str(cohort)

    assert [told(sent) for sent in (ada.cookie, ada.bearer("read"), eve.cookie, {})] == [True, True, None, None]
    with database.begin() as connection:
        connection.execute(text("UPDATE cohorts SET visibility = 'public' WHERE id = :id"), {"id": ada.cohort_id})
    assert [told(sent) for sent in (ada.cookie, eve.cookie, {})] == [True, False, False]
    with database.begin() as connection:
        connection.execute(text("UPDATE cohorts SET visibility = 'private' WHERE id = :id"), {"id": ada.cohort_id})


def test_a_cohort_without_members_and_one_that_is_not_saved(api, world):
    everything = f"{FRESHNESS} {COMPLETENESS} {COVERAGE} {RUNS}"
    arguments = "$first: Int, $after: String"
    empty, loose, saved = (
        api.data(f"query ({arguments}) {{ {source} {{ health {{ {everything} }} }} }}")
        for source in (
            'it: adHocCohort(definition: {difference: {of: {usernames: ["ben"]}, minus: {usernames: ["ben"]}}})',
            'it: adHocCohort(definition: {following: "ada"})',
            f"it: cohort(id: {world.cohort_id})",
        )
    )
    for each in (loose, saved):
        del each["it"]["health"]["completeness"]["membersBelow"]["pageInfo"]  # whose cursors are of one list
    assert loose == saved  # the same members, and no run of either
    found = empty["it"]["health"]
    assert found["freshness"] == {"oldest": None, "newest": None, "never": 0, "listings": []}
    assert found["completeness"]["listingsPct"] is found["completeness"]["identityPct"] is None
    assert found["coverage"]["films"] == 0 and found["coverage"]["identityPct"] is None
    assert [each["pending"] for each in found["queue"]] == [0, 0, 0]
    assert (found["lastRuns"], found["lastSuccessfulRun"]) == ([], None)


@pytest.mark.parametrize(
    ("fields", "statements"),
    [
        (FRESHNESS, ["l.kind IS NOT NULL"]),
        ("completeness { listingsPct membersBelow { totalCount } }", ["FILTER (WHERE (f.tmdb_id"]),
        ("completeness { latestReading { tiles } }", ["FILTER (WHERE (f.tmdb_id", "DISTINCT ON (r.cohort_id)"]),
        ("coverage { films histogramsPct }", ["film_histograms"]),
        ("queue { pending }", ["min(q.next_attempt_at)"]),
        (
            "lastRuns { status steps { name } completeness { tiles } }",
            ["FROM sync_runs", "sync_steps", "listings l", "run_completeness"],
        ),
    ],
)
def test_all_cohorts_of_a_page_take_as_many_statements_as_one(api, world, ada, ran, fields, statements):
    query = f"{{ cohorts(first: 10) {{ edges {{ node {{ health {{ {fields} }} }} }} }} }}"
    answer = api.ask(query, headers=ada.bearer("read"))
    assert len(answer["data"]["cohorts"]["edges"]) == 4
    found = answer.statements[2:]  # whose key it is; which cohorts there are
    assert len(found) == len(statements), found
    assert all(mark in each for mark, each in zip(statements, found, strict=True))


def test_runs_that_are_under_way_cost_no_more_however_many(api, world, database, ada, eve, ran):
    """A statement more for each kind of enrichment, whether one cohort is at it or two."""
    query = "{ cohorts(mine: true) { edges { node { health { lastRuns { steps { name done total } } } } } } }"
    before = len(api.ask(query, headers=ada.cookie).statements)
    with database.begin() as connection:
        for run in (ran[-1], eve.run_id):
            for name in ("refresh", "crawl", "enrich"):
                part = steps.start(connection, run, name, 0, 1)
                if name != "enrich":
                    steps.finish(connection, part, {})
            connection.execute(
                text("UPDATE sync_steps SET detail = :detail WHERE run_id = :run AND name = 'enrich' AND part = 0"),
                {"run": run, "detail": '{"wikidata": {"asked": 40, "due": 40}, "histogram": {"asked": 9, "due": 9}}'},
            )
        connection.execute(
            text("UPDATE cohorts SET owner_id = :ada WHERE id = :id"), {"ada": ada.account_id, "id": eve.cohort_id}
        )
    answer = api.ask(query, headers=ada.cookie)
    assert len(answer.statements) == before + 2
    enriching = [
        step
        for edge in answer["data"]["cohorts"]["edges"]
        for step in edge["node"]["health"]["lastRuns"][0]["steps"]
        if step["name"] == "enrich"
    ]
    assert len(enriching) == 2 and enriching[0] == enriching[1]  # of the same members
    with database.connect() as connection:
        left = num_due(connection, "wikidata", ada.cohort_id), num_due(connection, "histogram", ada.cohort_id)
    assert enriching[0]["done"] == sum(
        min(asked, max(0, asked - due)) for asked, due in zip((40, 9), left, strict=True)
    )
    assert enriching[0]["total"] == 49


def test_it_is_made_anew_each_time(api, world, database):
    """What it tells moves without the cohort's version."""

    async def work(http):
        found = []
        for day in (20, 21):
            with database.begin() as connection:
                listings.record(connection, None, world.member_ids["ben"], "watched", observed_at=at(day), found=5)
            question = {"query": asked("freshness { newest }"), "variables": f'{{"id": "{world.cohort_id}"}}'}
            answer = (await http.get("/graphql", params=question)).json()
            found.append(answer["data"]["cohort"]["health"]["freshness"]["newest"])
        return found

    assert api.use(work) == [at(20).isoformat(), at(21).isoformat()]
