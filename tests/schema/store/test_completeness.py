"""How whole a run's reading was, and which films are to blame."""

from datetime import UTC, datetime

from sqlalchemy import text

from schema.insights.completeness import Completeness, of_run
from schema.store import cohorts, completeness, facts, films, listings, members, metadata, reactions, runs, steps
from schema.store.completeness import TilesRead
from schema.store.films import Identity
from schema.store.reactions import Reaction
from schema.store.syncs import open_sync

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def sync_of_four(connection, **options):
    """A run that has read four films of one member: known, known to be absent, never asked, and failed."""
    (member,) = members.upsert(connection, {"ada": None}).values()
    found = films.resolve(connection, [Identity(slug, n, slug, 2000) for n, slug in enumerate("abcd", 1)])
    cohort = cohorts.create(connection, "circle", {"usernames": ["ada"]})
    cohorts.set_members(connection, cohort, [member])
    reactions.upsert(
        connection, [Reaction(member, film, 8) for film in found], ["rating"], source="crawl", observed_at=NOW
    )
    facts.identify(connection, found[0], tmdb_type="movie", tmdb_id=77)
    facts.identify(connection, found[1], tmdb_type=None, tmdb_id=None)
    metadata.fail(connection, found[3], "identity", "the upstream answered 503")
    run = open_sync(connection, cohort, **options)
    listings.record(connection, run, member, "rated", observed_at=NOW, found=4)
    return run


def test_shares_are_of_all_pages_and_identities_of_all_reactions(connection):
    run = sync_of_four(connection)
    assert of_run(connection, run) is None
    completeness.add(connection, run, TilesRead(200, 200, 198, 150))
    completeness.add(connection, run, TilesRead(200, 200, 198, 200))
    completeness.add(connection, run, TilesRead(0, 0, 0, 0))
    assert of_run(connection, run) == Completeness(400, 100, 99, 87.5, None)
    for part in (0, 1):
        steps.finish(connection, steps.start(connection, run, "enrich", part, 1), {})
    runs.finish(connection, run, "succeeded")
    assert of_run(connection, run) == Completeness(400, 100, 99, 87.5, 50)
    queue = connection.execute(
        text(
            "SELECT f.slug, q.status, q.error FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
            " WHERE q.kind = 'identity' ORDER BY f.slug"
        )
    )
    assert queue.all() == [
        ("a", "fetched", None),
        ("b", "absent", None),
        ("c", "pending", "not asked for yet"),
        ("d", "failed", "the upstream answered 503"),
    ]


def test_without_enrichment_identities_are_not_measured(connection):
    run = sync_of_four(connection, enrich=False)
    completeness.add(connection, run, TilesRead(4, 4, 4, 4))
    runs.finish(connection, run, "succeeded")
    found = of_run(connection, run)
    assert (found.tmdb_identity, found.flagged) == (None, False)


def test_99_per_cent_are_enough(connection):
    run = runs.open_run(connection, "crawl")
    completeness.add(connection, run, TilesRead(1000, 990, 1000, 1000))
    assert not of_run(connection, run).flagged
    completeness.add(connection, run, TilesRead(1, 0, 1, 1))
    assert of_run(connection, run).flagged
