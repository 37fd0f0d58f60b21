"""Answers are given again exactly as long as they would be the same, and to whom they were given."""

import asyncio
import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from api import answers, patience
from schema.store import cohorts, facts, films, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.people import person
from tests.api.standing import standing
from tests.api.world import NOW

FILMS = """query ($id: ID!) { cohort(id: $id) { label version memberCount visibility mine films(first: 10) { edges {
    node { rank score average histogram globalAverage globalHistogram tags
        film { slug title posterUrl directors { name } } } } totalCount } } }"""
AD_HOC = """{ adHocCohort(definition: {usernames: ["ben", "cho"]}) { films(first: 5, filter: {average: {min: 1}}) {
    edges { cursor node { rank average film { title posterUrl } } } } } }"""
FILM = """{ film(slug: "zodiac") { slug title runtimeMinutes tmdbId directors { name } } }"""


def write(database, work):
    with database.begin() as connection:
        work(connection)


def rate(database, world, name, slug, rating):
    def work(connection):
        member = world.member_ids[name]
        told = [Reaction(member, world.film_ids[slug], rating, liked=False, favorite=False)]
        moment = NOW + timedelta(days=random.randrange(10**6))
        reactions.upsert(connection, told, ("rating",), source="crawl", observed_at=moment, record=False)
        vectors.rewrite(connection, [member])

    write(database, work)


def test_what_was_answered_is_given_again_after_a_look(api, world):
    async def work(app):
        first, made = await app.read(FILMS, id=str(world.cohort_id))
        again, made_again = await app.read(FILMS, id=str(world.cohort_id))
        return first == again and "errors" not in first, made, made_again, app.statements["look"]

    same, made, made_again, looks = standing(api, work)
    assert same and made and not made_again
    assert looks <= 3


def test_a_look_outlives_the_server_s_connections(database, api, world):
    async def work(app):
        before, _ = await app.read(FILMS, id=str(world.cohort_id))
        end = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await asyncio.to_thread(write, database, lambda connection: connection.execute(end))
        return before == (await app.read(FILMS, id=str(world.cohort_id)))[0]

    assert standing(api, work)


def changes(database, world, chance):
    """Ways of changing something that an answer shows, each done anew."""
    number = chance.randrange(10**6)
    slug, name = chance.choice(list(world.film_ids)), chance.choice(["ben", "cho", "dee", "ivy"])
    film, letterboxd_id = world.film_ids[slug], 100 + list(world.titles).index(slug)
    counts = [chance.randrange(1, 50) for _ in range(10)]
    poster = text("UPDATE films SET poster_url = :url WHERE id = :film")
    return {
        "a rating": lambda: rate(database, world, name, slug, chance.randrange(1, 11)),
        "a poster": lambda: write(database, lambda c: c.execute(poster, {"url": f"https://p/{number}", "film": film})),
        "a histogram": lambda: write(
            database,
            lambda c: facts.keep_histogram(
                c, film, counts, average=3.0, rating_count=sum(counts), fetched_at=NOW + timedelta(days=number)
            ),
        ),
        "a slug": lambda: write(
            database, lambda c: films.resolve(c, [Identity(f"{slug}-{number}", letterboxd_id, *world.titles[slug])])
        ),
        "a person's name": lambda: write(
            database, lambda c: c.execute(text("UPDATE people SET name = :name"), {"name": f"N. {number}"})
        ),
        "a label": lambda: write(database, lambda c: cohorts.rename(c, world.cohort_id, f"Circle {number}")),
        "a member": lambda: write(
            database,
            lambda c: cohorts.set_members(c, world.cohort_id, chance.sample(sorted(world.member_ids.values()), 5)),
        ),
        "nothing": lambda: None,
    }


def test_whatever_changes_it_is_never_stale(database, api, world):
    chance, seed = random.Random(), random.randrange(10**9)
    chance.seed(seed)

    async def work(app):
        given_again = 0
        for step in range(30):  # four questions each, as many as anyone may ask
            what, change = chance.choice(list(changes(database, world, chance).items()))
            await asyncio.to_thread(change)
            films = {"id": str(world.cohort_id)}
            # The second is a question of its own, which is answered by pages held with the numbers.
            for query, variables in ((FILMS, films), (FILMS, {**films, "step": step}), (FILM, {}), (AD_HOC, {})):
                answer, made = await app.read(query, **variables)
                fresh = await asyncio.to_thread(api.ask, query, **variables)
                assert answer == dict(fresh), (seed, step, what)
                given_again += not made
        return given_again

    assert standing(api, work) >= 1, seed


def test_a_cohort_that_is_made_after_it_was_missed_is_there(database, api, world):
    async def work(app):
        with database.begin() as connection:
            coming = connection.execute(text("SELECT max(id) + 1 FROM cohorts")).scalar_one()
        missed = [(await app.read(FILMS, id=str(coming)))[0]["data"]["cohort"] for _ in range(2)]
        await asyncio.to_thread(
            write, database, lambda c: cohorts.create(c, f"made as {coming}", {"usernames": ["ben"]})
        )
        return missed, (await app.read(FILMS, id=str(coming)))[0]["data"]["cohort"]["label"]

    missed, label = standing(api, work)
    assert missed == [None, None] and label.startswith("made as")


@pytest.mark.parametrize(
    "query",
    [
        'mutation { saveFilter(name: "kept", filter: {}) { savedFilter { id } } }',
        "query ($id: ID!) { cohort(id: $id) { films { edges { node { reactions(first: 1) { totalCount } } } } } }",
        "query ($id: ID!) { cohort(id: $id) { members { totalCount } } }",
        'query ($id: ID!) { cohort(id: $id) { films(filter: {unseenBy: ["ivy"]}) { totalCount } } }',
        '{ adHocCohort(definition: {usernames: ["ben", "cho"]}) { films { totalCount } } }',
        '{ member(username: "ben") { displayName } }',
        "{ cohorts { edges { node { label } } } }",
    ],
)
def test_what_stamps_do_not_cover_is_made_anew(api, world, ada, query):
    async def work(app):
        return [await app.read(query, headers=ada.bearer("write"), id=str(world.cohort_id)) for _ in range(3)]

    found = standing(api, work)
    assert all(made for _, made in found[1:])
    assert all("errors" not in answer for answer, _ in found), found


def test_errors_are_not_kept(api, world):
    async def work(app):
        bad = 'query ($id: ID!) { cohort(id: $id) { films(after: "nonsense") { totalCount } } }'
        return [await app.read(bad, id=str(world.cohort_id)) for _ in range(2)]

    assert [answer["errors"][0]["extensions"]["code"] for answer, _ in standing(api, work)] == ["BAD_USER_INPUT"] * 2


def test_everybody_gets_their_own_and_only_while_they_may(database, api, world, ada, eve):
    async def work(app):
        private = str(ada.cohort_id)

        async def seen(headers):
            return (await app.read(FILMS, headers=headers, id=private))[0]["data"]["cohort"]

        mine = [await seen(ada.bearer("read")) for _ in range(2)]
        others = [await seen(headers) for headers in (eve.bearer("read"), None, eve.cookie, None)]
        await asyncio.to_thread(
            write,
            database,
            lambda c: c.execute(text("UPDATE cohorts SET visibility = 'public' WHERE label = 'ada''s own'")),
        )
        public = [(await seen(headers))["mine"] for headers in (eve.bearer("read"), None, ada.bearer("read"))]
        await asyncio.to_thread(
            write,
            database,
            lambda c: c.execute(text("UPDATE cohorts SET visibility = 'private' WHERE label = 'ada''s own'")),
        )
        gone = [await seen(headers) for headers in (eve.bearer("read"), None)]
        return mine, others, public, gone

    mine, others, public, gone = standing(api, work)
    assert mine[0] == mine[1] and mine[0]["mine"]
    assert others == [None] * 4
    assert public == [False, False, True]
    assert gone == [None, None]


def test_a_key_that_is_revoked_or_an_operator_no_longer_gets_nothing_from_before(database, api, world):
    ops = person(database, world, "ops", operator=True)
    hidden = person(database, world, "hidden")

    async def work(app):
        async def status(scope):
            found = await app.ask(FILMS, headers=ops.bearer(scope), id=str(hidden.cohort_id))
            return found.status_code, (found.json().get("data") or {}).get("cohort") is not None

        before = [await status("operator") for _ in range(2)]
        await asyncio.to_thread(
            write, database, lambda c: c.execute(text("UPDATE accounts SET operator = false WHERE email LIKE 'ops@%'"))
        )
        demoted = await status("operator")
        revoked = text("UPDATE api_keys SET revoked_at = now() WHERE account_id = :account")
        await asyncio.to_thread(write, database, lambda c: c.execute(revoked, {"account": ops.account_id}))
        return before, demoted, await status("operator")

    before, demoted, revoked = standing(api, work)
    assert before == [(200, True)] * 2
    assert demoted == (200, False)
    assert revoked == (401, False)


def test_many_who_ask_the_same_at_once_have_it_made_once(api, world):
    async def work(app):
        found = await asyncio.gather(*(app.ask(FILMS, id=str(world.cohort_id)) for _ in range(100)))
        alone = app.statements["read"]
        assert len({each.content for each in found}) == 1
        return alone

    assert standing(api, work) <= 12


def test_who_joins_later_is_not_given_what_was_begun_before_a_change(database, api, world, monkeypatch):
    """The second asks while the first's answer is being made, and after something has changed."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def work(app):
        made = answers.Answers.get

        async def held_back(self, question, viewer, make):
            async def later():
                found = await make()
                begun.set()
                await go_on.wait()
                return found

            return await made(self, question, viewer, later)

        monkeypatch.setattr(answers.Answers, "get", held_back)
        first = asyncio.create_task(app.ask(FILM))
        await begun.wait()
        monkeypatch.undo()
        await asyncio.to_thread(
            write, database, lambda c: c.execute(text("UPDATE films SET runtime_minutes = 157 WHERE title = 'Zodiac'"))
        )
        second = asyncio.create_task(app.ask(FILM))
        await asyncio.sleep(0.1)
        go_on.set()
        return (await first).json()["data"]["film"], (await second).json()["data"]["film"]

    first, second = standing(api, work)
    assert first["runtimeMinutes"] != second["runtimeMinutes"] == 157


def test_by_get_an_answer_has_a_validator(database, api, world):
    async def work(app):
        first = await app.get(FILM)
        etag = first.headers["etag"]
        same = await app.get(FILM, headers={"if-none-match": etag})
        await asyncio.to_thread(
            write, database, lambda c: c.execute(text("UPDATE films SET runtime_minutes = 99 WHERE title = 'Zodiac'"))
        )
        changed = await app.get(FILM, headers={"if-none-match": etag})
        posted = await app.ask(FILM)
        return first, same, changed, posted

    first, same, changed, posted = standing(api, work)
    assert first.headers["cache-control"] == "private, no-cache"
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", first.headers["etag"])
    assert changed.status_code == 200 and changed.json()["data"]["film"]["runtimeMinutes"] == 99
    assert posted.headers["cache-control"] == "no-store" and "etag" not in posted.headers


def test_processes_share_answers_through_redis(database, api, world, redis_url, monkeypatch):
    monkeypatch.setattr(patience, "_PATIENCE_SECONDS", 10)  # the machine may be busy

    async def first(app):
        found = [(await app.read(FILMS, id=str(world.cohort_id)))[0] for _ in range(2)]
        assert found[0] == found[1]
        return found[0]

    async def second(app):
        return await app.read(FILMS, id=str(world.cohort_id))

    write(database, lambda c: cohorts.set_members(c, world.cohort_id, [world.member_ids["ben"]]))
    mine = standing(api, first, redis_url=redis_url)
    assert standing(api, second, redis_url=redis_url) == (mine, False)
    rate(database, world, "ben", "stalker", 1)
    rate(database, world, "ben", "stalker", 2)
    theirs, made = standing(api, second, redis_url=redis_url)
    assert made and theirs["data"]["cohort"]["label"] == mine["data"]["cohort"]["label"]


def test_without_redis_answers_are_as_right(api, world, monkeypatch):
    monkeypatch.setattr(patience, "_PATIENCE_SECONDS", 0.05)

    async def work(app):
        return [await app.read(FILMS, id=str(world.cohort_id)) for _ in range(2)]

    (first, made), (second, made_again) = standing(api, work, redis_url="redis://127.0.0.1:1/0")
    assert first == second and made and not made_again


def test_what_is_kept_here_is_bounded(api, world, monkeypatch):
    monkeypatch.setattr(answers, "_MOST_BYTES", 3_000)

    async def work(app):
        for number in range(30):
            await app.ask(FILM, number=number)
        kept = app._app.state.answers
        return kept._bytes, sum(len(each.body) for each in kept._here.values())

    counted, held = standing(api, work)
    assert counted == held <= 3_000
