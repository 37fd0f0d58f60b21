"""Clients that nobody here wrote, from signing in to a share: a real server, mail, worker, and upstream under them."""

import asyncio
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from redis import Redis

from schema.settings import REPOSITORY, Settings
from schema.store import accounts
from tests.api.mailbox import link, receiving
from tests.api.server import served

pytestmark = pytest.mark.slow

EMAIL = "ada@example.org"
FOLLOWER = "ooze_report"  # who follows five
EXAMPLES = REPOSITORY / "examples"


@pytest.fixture(scope="module")
def environment(database, redis_url, backlot):
    """What the server and the worker have in common."""
    Redis.from_url(redis_url).flushall()
    return {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "LETTERBOXD_BASE_URL": backlot.url,
        "WIKIDATA_BASE_URL": backlot.wikidata_url,
        "ALMANAC_CRAWL_DELAY": "0",
        "ALMANAC_ENRICH_BUDGET": "0",
    }


@pytest.fixture(scope="module")
def mail():
    with receiving() as box:
        yield box


@pytest.fixture(scope="module")
def address(database, environment, mail):
    """Where the API is."""
    with database.begin() as connection:
        accounts.create(connection, EMAIL)
    sending = {
        "SMTP_URL": mail.url,
        "ALMANAC_MAIL_FROM": "almanac@example.org",
        "ALMANAC_PUBLIC_URL": "http://127.0.0.1:8000",
    }
    with served(Settings.from_environment(environment | sending)) as host:
        yield host


@pytest.fixture(scope="module", autouse=True)
def worker(environment):
    command = [sys.executable, "-m", "cli", "worker"]
    with subprocess.Popen(command, env=os.environ | environment, cwd=REPOSITORY, stdout=subprocess.DEVNULL) as process:
        yield
        process.terminate()


@pytest.fixture(scope="module")
def session(address, mail):
    """The cookies of a browser that has signed in by the link that was mailed."""
    with httpx.Client(base_url=f"http://{address}", headers={"sec-fetch-site": "same-origin"}) as browser:
        assert browser.post("/sign-in", data={"email": EMAIL}).status_code == 200
        assert browser.post(link(mail.letter())).status_code == 303
        return dict(browser.cookies)


@pytest.fixture(scope="module")
def key(address, session):
    """An API key, made by the person who signed in."""

    async def make():
        transport = AIOHTTPTransport(f"http://{address}/graphql", cookies=session)
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            return await client.execute(gql('mutation { createApiKey(name: "app", scope: WRITE) { secret } }'))

    return asyncio.run(make())["createApiKey"]["secret"]


def asked(document, **variables):
    request = gql(document)
    request.variable_values = variables
    return request


async def every_film(client, cohort, filter):
    """Slugs of all films, page by page, and how many there are said to be."""
    slugs, after, total = [], None, None
    while True:
        page = await client.execute(
            asked(
                """query ($id: ID!, $filter: FilmFilter, $after: String) { cohort(id: $id) {
                films(filter: $filter, first: 40, after: $after, orderBy: [{by: TITLE, direction: ASC}]) {
                totalCount pageInfo { hasNextPage endCursor } edges { node { average film { slug } } } } } }""",
                id=cohort,
                filter=filter,
                after=after,
            )
        )
        films = page["cohort"]["films"]
        slugs += [edge["node"]["film"]["slug"] for edge in films["edges"]]
        after, total = films["pageInfo"]["endCursor"], films["totalCount"]
        if not films["pageInfo"]["hasNextPage"]:
            return slugs, total


def test_gql_goes_from_a_key_to_a_share(address, key, backlot):
    """gql validates every document by the schema that it introspected, over HTTP and over the websocket.

    The example asks for a sync of the same cohort meanwhile, is given the same run, and shows what came of it.
    """
    headers = {"authorization": f"Bearer {key}"}

    async def flow():
        transport = AIOHTTPTransport(f"http://{address}/graphql", headers=headers)
        async with Client(transport=transport, fetch_schema_from_transport=True) as client:
            make = """mutation ($of: CohortDefinition!) { createCohort(label: "By gql", definition: $of) {
                cohort { id version } userErrors { message } } }"""
            made = (await client.execute(asked(make, of={"following": FOLLOWER})))["createCohort"]
            cohort = made["cohort"]["id"]
            assert made["userErrors"] == []

            sync = "mutation ($id: ID!) { syncCohort(id: $id) { run { id } } }"
            run = (await client.execute(asked(sync, id=cohort)))["syncCohort"]["run"]["id"]
            again = (await client.execute(asked(sync, id=cohort)))["syncCohort"]["run"]["id"]
            assert run == again
            example = asyncio.create_task(asyncio.to_thread(circle, address, cohort, "--sync", "--key", key))

            socket = WebsocketsTransport(
                f"ws://{address}/graphql", headers=headers, subprotocols=["graphql-transport-ws"]
            )
            async with Client(transport=socket, fetch_schema_from_transport=True) as listener:
                watch = "subscription ($id: ID!) { syncRunProgress(id: $id) { status steps { name status } } }"
                news = [each["syncRunProgress"] async for each in listener.subscribe(asked(watch, id=run))]
            assert len(news) > 2 and news[-1]["status"] == "SUCCEEDED"
            assert {step["status"] for step in news[-1]["steps"]} == {"SUCCEEDED"}
            by_asking = await client.execute(asked("query ($id: ID!) { syncRun(id: $id) { status } }", id=run))
            assert by_asking["syncRun"]["status"] == "SUCCEEDED"

            truth = {name: backlot.state(name) for name in backlot.dataset.members[FOLLOWER].following}
            reacted = {slug for state in truth.values() for slug in [*state["ratings"], *state["likes"]]}
            slugs, total = await every_film(client, cohort, None)
            assert len(slugs) == len(set(slugs)) == total > 100 and reacted <= set(slugs)
            loved = {slug for slug in reacted if _mean(truth, slug) >= 4.5}
            slugs, total = await every_film(client, cohort, {"average": {"min": 4.5}})
            assert (set(slugs), len(slugs), total) == (loved, len(loved), len(loved)) and loved

            wanted = {"filter": '{"average": {"min": 4.5}}'}
            path = f"/exports/cohorts/{cohort}.csv"
            async with httpx.AsyncClient(base_url=f"http://{address}") as browser:
                exported = await browser.get(path, headers=headers, params=wanted)
                assert {row["slug"] for row in csv.DictReader(exported.text.splitlines())} == loved
                assert (await browser.get(path)).status_code == 404

            share = "mutation ($id: ID!) { shareCohort(id: $id) { token path } }"
            shared = (await client.execute(asked(share, id=cohort)))["shareCohort"]
            code, said, complaint = await example
            assert (code, complaint) == (0, "") and "SUCCEEDED: refresh 1 of 1" in said
            check_circle(said, backlot)
        nobody = AIOHTTPTransport(f"http://{address}/graphql")
        async with Client(transport=nobody, fetch_schema_from_transport=True) as stranger:
            seen = "query ($token: String!) { sharedCohort(token: $token) { label films(first: 1) { totalCount } } }"
            found = (await stranger.execute(asked(seen, token=shared["token"])))["sharedCohort"]
            assert found["label"] == "By gql" and found["films"]["totalCount"] > 100
            with pytest.raises(TransportQueryError) as refused:
                await stranger.execute(asked(sync, id=cohort))
            assert refused.value.errors[0]["extensions"]["code"] == "UNAUTHENTICATED"
        async with httpx.AsyncClient(base_url=f"http://{address}") as browser:
            assert "<h1>By gql</h1>" in (await browser.get(shared["path"])).text
            exported = await browser.get(path, params=wanted | {"token": shared["token"]})
            assert {row["slug"] for row in csv.DictReader(exported.text.splitlines())} == loved

    asyncio.run(flow())


def _mean(truth, slug):
    """The mean rating of a film in stars, 0 when nobody rated it."""
    given = [state["ratings"][slug] for state in truth.values() if slug in state["ratings"]]
    return sum(given) / len(given) / 2 if given else 0


def circle(address, *arguments, member="hexwillow"):
    """How the example ended, and what it said on either stream."""
    ran = subprocess.run(
        [sys.executable, "circle.py", f"http://{address}/graphql", *arguments, "--member", member],
        cwd=EXAMPLES,
        capture_output=True,
        text=True,
        timeout=100,
    )
    return ran.returncode, ran.stdout, ran.stderr


def check_circle(said, backlot):
    """That the example showed what the upstream says."""
    members = backlot.dataset.members[FOLLOWER].following
    titles = {film.title for film in backlot.dataset.films}
    best = said.partition("Best, seen by two or more:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in best] == [str(rank) for rank in range(1, 11)]
    unseen = said.partition("not seen by hexwillow:\n")[2].partition("\n\n")[0].splitlines()
    assert len(unseen) == 5 and {line.strip() for line in unseen} <= titles
    closest = said.partition("Closest to hexwillow:\n")[2].splitlines()
    assert len(closest) == 3 and {line.split(":")[0].strip() for line in closest} <= set(members)


def test_the_example_makes_a_circle_and_says_why_it_cannot(address, key, backlot):
    made = ("--key", key, "--follow", FOLLOWER)
    code, said, complaint = circle(address, *made)
    assert (code, complaint) == (0, "")
    check_circle(said, backlot)
    code, said, complaint = circle(address, *made)
    assert (code, said) == (1, "") and f"{FOLLOWER}'s circle" in complaint
    code, said, complaint = circle(address, "1", member="ghost")
    assert code == 1 and complaint.splitlines() == ["there is no cohort 1 that you may see"]


def test_the_generated_client_is_what_the_generator_writes_today(tmp_path):
    """Else: run `turms gen` in examples/."""
    shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__", "almanac_client.py"))
    (tmp_path / "api").mkdir()
    shutil.copy(REPOSITORY / "api" / "schema.graphql", tmp_path / "api")
    subprocess.run([Path(sys.executable).with_name("turms"), "gen"], cwd=tmp_path / "examples", check=True)
    written = (tmp_path / "examples" / "almanac_client.py").read_text()
    assert written == (EXAMPLES / "almanac_client.py").read_text(), "run in examples/: ../.venv/bin/turms gen"
