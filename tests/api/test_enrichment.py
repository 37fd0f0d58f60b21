"""The needs-enrichment queue over the API: seen page by page, and retried."""

import pytest
from sqlalchemy import text

from schema.store import metadata
from schema.store.metadata import Candidate
from tests.api.people import person

QUEUE = """query ($kind: EnrichmentKind, $status: EnrichmentStatus, $first: Int, $after: String) {
    enrichmentQueue(kind: $kind, status: $status, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        edges { node { kind status attempts reason asked watchers nextAttemptAt film { slug }
                       candidates { source tmdb why } } } } }"""
RETRY = "mutation { retryEnrichment(kind: TMDB) { entries } }"


@pytest.fixture(scope="module")
def operator(database, world):
    return person(database, world, "keeper", operator=True).bearer("operator")


@pytest.fixture
def queue(database, world):
    """Two films that failed at TMDB, one whose identity is open with a candidate, the others as new."""
    films = world.film_ids
    with database.begin() as connection:
        connection.execute(text("UPDATE film_metadata_sync SET status = 'fetched', asked = '{}', attempts = 0"))
        metadata.fail(connection, [films["stalker"], films["perfect-blue"]], "tmdb", "no answer")
        metadata.reopen(connection, [films["elan"]], "identity")
        candidate = Candidate("search", "movie", 7, "a year off")
        metadata.keep_open(connection, "search", [films["elan"]], {films["elan"]: [candidate]})


def test_what_is_open_is_shown_with_reason_and_candidates(api, operator, queue):
    found = api.data(QUEUE, headers=operator)["enrichmentQueue"]
    assert found["totalCount"] == 3
    nodes = {edge["node"]["film"]["slug"]: edge["node"] for edge in found["edges"]}
    assert (nodes["stalker"]["kind"], nodes["stalker"]["status"]) == ("TMDB", "FAILED")
    assert (nodes["stalker"]["attempts"], nodes["stalker"]["reason"]) == (1, "no answer")
    assert (nodes["elan"]["status"], nodes["elan"]["asked"]) == ("PENDING", ["search"])
    assert nodes["elan"]["candidates"] == [{"source": "search", "tmdb": "movie/7", "why": "a year off"}]
    watchers = [edge["node"]["watchers"] for edge in found["edges"]]
    assert watchers == sorted(watchers, reverse=True)


@pytest.mark.parametrize(
    ("asked", "slugs"),
    [
        ({"kind": "IDENTITY"}, {"elan"}),
        ({"status": "FAILED"}, {"stalker", "perfect-blue"}),
        ({"kind": "IDENTITY", "status": "FAILED"}, set()),
    ],
)
def test_kind_and_status_choose(api, operator, queue, asked, slugs):
    found = api.data(QUEUE, headers=operator, **asked)["enrichmentQueue"]
    assert {edge["node"]["film"]["slug"] for edge in found["edges"]} == slugs
    assert found["totalCount"] == len(slugs)


def test_pages_join_without_a_gap(api, operator, queue):
    whole = api.data(QUEUE, headers=operator)["enrichmentQueue"]["edges"]
    pages, after = [], None
    for more in (True, True, False):
        page = api.data(QUEUE, headers=operator, first=1, after=after)["enrichmentQueue"]
        pages += page["edges"]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == more
    assert pages == whole


def test_what_failed_is_due_again_after_a_retry(api, operator, database, world, queue):
    assert api.data(RETRY, headers=operator) == {"retryEnrichment": {"entries": 2}}
    with database.connect() as connection:
        waiting = connection.execute(
            text("SELECT count(*) FROM film_metadata_sync WHERE status = 'failed' AND next_attempt_at > now()")
        ).scalar_one()
    assert waiting == 0
