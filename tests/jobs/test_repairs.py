"""Runs done again and gaps filled: what they consist of, and that asking twice opens nothing twice."""

import pytest
from sqlalchemy import text

from jobs import chain
from schema.store import films, metadata, runs, syncs
from schema.store.films import Identity
from schema.store.runs import RunInProgress
from schema.store.syncs import NotReplayable, open_backfill, replay


def finish(stage, run, status="succeeded"):
    with stage.engine.begin() as connection:
        runs.finish(connection, run, status, "no reason" if status == "failed" else None)


def opened(stage, opening, *args, **kwargs):
    with stage.engine.begin() as connection:
        return opening(connection, *args, **kwargs)


def test_a_run_is_done_again_with_the_options_it_had(stage):
    cohort = stage.cohort("bea")
    with stage.engine.begin() as connection:
        first = syncs.open_sync(connection, cohort, full=True, enrich=False)
    with pytest.raises(RunInProgress) as held:  # it is under way: asking for it again gives it
        opened(stage, replay, first)
    assert held.value.run_id == first
    for kind, original in [
        ("full", first),
        ("delta", lambda c: syncs.open_sync(c, cohort)),
        ("refresh", lambda c: syncs.open_refresh(c, cohort)),
        ("backfill", lambda c: open_backfill(c, cohort, budget=7)),
    ]:
        run = original if kind == "full" else opened(stage, original)
        finish(stage, run, "failed")
        again = opened(stage, replay, run)
        assert again != run and stage.run(again).kind == kind and stage.run(again).cohort_id == cohort
        with stage.engine.connect() as connection:
            planned = [
                [(each.name, each.part, each.arguments) for each in syncs.steps.of_run(connection, which)]
                for which in (run, again)
            ]
        assert planned[0] == planned[1]
        assert kind != "full" or "enrich" not in {name for name, *_ in planned[1]}
        with pytest.raises(RunInProgress) as held:
            opened(stage, replay, run)
        assert held.value.run_id == again
        finish(stage, again)
    by_hand = opened(stage, runs.open_run, "crawl")
    with pytest.raises(NotReplayable, match=f"run {by_hand} is of no cohort"):
        opened(stage, replay, by_hand)
    with pytest.raises(LookupError):
        opened(stage, replay, by_hand + 1)


def test_a_backfill_asks_for_what_failed_and_reads_nobody(stage):
    cohort = stage.cohort("bea")
    with stage.engine.begin() as connection:
        mine, other = films.resolve(connection, [Identity(slug, n, slug, 1990) for n, slug in enumerate(("a", "b"), 1)])
        bea = connection.execute(text("SELECT id FROM members WHERE username = 'bea'")).scalar_one()
        connection.execute(text("INSERT INTO cohort_members VALUES (:c, :m)"), {"c": cohort, "m": bea})
        connection.execute(
            text(
                "INSERT INTO ratings (member_id, film_id, rating, source, observed_at)"
                " VALUES (:m, :f, 8, 'crawl', now())"
            ),
            {"m": bea, "f": mine},
        )
        metadata.want(connection, [mine, other], "histogram")
        metadata.fail(connection, [mine, other], "histogram", "no answer")
        metadata.settle(connection, [mine, other], "identity")
        run = open_backfill(connection, cohort, budget=3)
    with pytest.raises(RunInProgress) as held:
        opened(stage, open_backfill, cohort)
    assert held.value.run_id == run
    waiting = stage.execute("SELECT film_id FROM film_metadata_sync WHERE next_attempt_at > now()")
    assert [row.film_id for row in waiting] == [other]  # another cohort's film keeps waiting
    chain.advance(run)
    for name, part in (("enrich", 0), ("enrich", 1), ("stats", 0), ("rankings", 0)):
        chain.work(run, name, part, 1)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    assert list(stage.steps(run)) == ["enrich", "stats", "rankings"]
    assert [(spider, given["due"]) for _, _, spider, given in stage.crawls()] == [("histogram", "1")]
    with stage.engine.connect() as connection:  # it has read nobody, so a sync is due all the same
        assert [due.cohort_id for due in runs.due_cohorts(connection)] == [cohort]

    with stage.engine.begin() as connection:
        metadata.fail(connection, [mine], "histogram", "no answer")
    broke = opened(stage, open_backfill, cohort, budget=0)
    chain.work(broke, "enrich", 1, 1)
    assert len(stage.crawls()) == 1 and stage.steps(broke)["enrich"].parts[1].detail["histogram"]["due"] == 1
