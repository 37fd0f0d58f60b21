"""A member can be erased completely, and stays erased."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import inspect, text

from schema.insights.aggregates import aggregate
from schema.insights.reading import vectors_of_cohort
from schema.store import (
    cohorts,
    erasure_file,
    erasures,
    films,
    hosts,
    listings,
    members,
    reactions,
    runs,
    steps,
    vectors,
)
from schema.store.films import Identity
from schema.store.listings import StagedPage
from schema.store.reactions import Reaction
from schema.store.stats import numbers_of, write_insights, write_rankings, write_stats

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NAME, SHOWN = "grace_notes", "Grace N."


@pytest.fixture
def engine(database):
    with database.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings, cohorts, sync_runs, hosts, erased_members CASCADE"))
        _fill(connection)
    return database


def _fill(connection):
    """Somebody who is everywhere that we hold members."""
    ids = members.upsert(connection, {NAME: SHOWN, "bea": "Bea", "cid": None})
    found = films.resolve(connection, [Identity(f"f{n}", n, f"F{n}", 2000) for n in range(1, 4)])
    for name in (NAME, "bea"):
        batch = [Reaction(ids[name], film, 8, True) for film in found]
        reactions.upsert(connection, batch, ("rating", "liked"), source="crawl", observed_at=NOW)
        vectors.rewrite(connection, [ids[name]])
    members.replace_follows(connection, ids["bea"], [ids[NAME]], direction="following")
    members.replace_follows(connection, ids[NAME], [ids["cid"]], direction="following")
    definitions = [
        {"usernames": sorted(ids)},
        {"union": [{"usernames": [NAME, "cid"]}, {"following": "bea"}]},
        {"following": NAME},
    ]
    for number, definition in enumerate(definitions):
        cohort = cohorts.create(connection, f"cohort {number}", definition)
        cohorts.set_members(connection, cohort, ids.values())
        for write in (write_stats, write_rankings, write_insights):
            write(connection, cohort, numbers_of(connection, cohort))
    run = runs.open_run(connection, "crawl")
    listings.record(connection, run, ids[NAME], "rated", observed_at=NOW, found=3)
    page = StagedPage(ids[NAME], "likes", 1, [(found[0], None, True)], f"/{NAME}/likes/page/2/", NOW)
    listings.stage(connection, run, [page])
    listings.fail(connection, ids["bea"], "following", f"follows {NAME}, and more")
    steps.plan(connection, run, "crawl", [{"kind": "rated", "usernames": ["bea", NAME]}])
    step = steps.start(connection, run, "crawl", 0, 1)
    steps.finish(connection, step, {"failed": {NAME: f"missing page at /{NAME}/"}})
    runs.finish(connection, run, "failed", f"rated of {NAME} could not be read")
    hosts.pause(connection, "upstream.test", f"challenge page at https://upstream.test/{NAME}/", f"run {run}")


def mentions(engine):
    """Tables in which the member's name, shown name or number stands anywhere."""
    with engine.connect() as connection:
        return {
            table
            for table in inspect(engine).get_table_names()
            if connection.execute(
                text(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE ANY(ARRAY[:name, :shown])"),
                {"name": f"%{NAME}%", "shown": f"%{SHOWN}%"},
            ).scalar()
        }


def of_member(engine, member_id):
    """Tables with rows of this member, by any column that can say so."""
    with engine.connect() as connection:
        return {
            (table, column["name"])
            for table in inspect(engine).get_table_names()
            for column in inspect(engine).get_columns(table)
            if column["name"] in {"member_id", "follower_id", "followee_id"}
            and connection.execute(
                text(f"SELECT count(*) FROM {table} WHERE {column['name']} = :id"), {"id": member_id}
            ).scalar()
        }


def number_of(engine, name=NAME):
    with engine.connect() as connection:
        return members.ids_by_username(connection, [name]).get(name)


def test_nothing_is_left_but_a_hash(engine, tmp_path):
    member = number_of(engine)
    assert len(mentions(engine)) >= 6  # members, cohorts, runs, steps, listings, hosts
    assert len(of_member(engine, member)) >= 6
    assert erasure_file.erase(engine, tmp_path / "erased.txt", NAME.upper())
    assert mentions(engine) == set()
    assert of_member(engine, member) == set()
    assert NAME not in (tmp_path / "erased.txt").read_text()
    with engine.connect() as connection:
        (erasure,) = erasures.recorded(connection)
        assert erasures.among(connection, [NAME, "bea"]) == {NAME}
    assert len(erasure.digest) == 64


def test_the_cohorts_numbers_are_right_at_once(engine, tmp_path):
    with engine.connect() as connection:
        before = dict(connection.execute(text("SELECT id, version FROM cohorts")).all())
    erasure_file.erase(engine, tmp_path / "erased.txt", NAME)
    with engine.connect() as connection:
        after = dict(connection.execute(text("SELECT id, version FROM cohorts")).all())
        assert all(after[cohort] > version for cohort, version in before.items())
        for cohort in after:
            numbers = aggregate(vectors_of_cohort(connection, cohort))
            assert numbers.watchers.tolist() == [1, 1, 1]
            written = "SELECT watchers, rated_count, rating_sum FROM cohort_film_stats WHERE cohort_id = :id"
            assert connection.execute(text(written), {"id": cohort}).all() == [(1, 1, 8)] * 3
            ranked = "SELECT count(*) FROM film_rankings WHERE cohort_id = :id"
            assert connection.execute(text(ranked), {"id": cohort}).scalar() > 0


def test_definitions_lose_the_name_or_become_lists(engine, tmp_path):
    erasure_file.erase(engine, tmp_path / "erased.txt", NAME)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT definition FROM cohorts ORDER BY id")).scalars().all()
    assert found == [
        {"usernames": ["bea", "cid"]},
        {"union": [{"usernames": ["cid"]}, {"following": "bea"}]},
        {"usernames": ["bea", "cid"]},
    ]


def test_nobody_brings_the_member_back(engine, tmp_path):
    erasure_file.erase(engine, tmp_path / "erased.txt", NAME)
    with engine.begin() as connection:
        assert set(members.upsert(connection, {NAME: SHOWN, "dot": None})) == {"dot"}
    assert number_of(engine) is None


def test_a_restored_backup_loses_the_member_again(engine, tmp_path):
    path = tmp_path / "erased.txt"
    erasure_file.erase(engine, path, NAME)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings, cohorts, sync_runs, erased_members CASCADE"))
        _fill(connection)  # as it was before
    assert number_of(engine)
    assert erasure_file.reconcile(engine, path) == [NAME]
    assert mentions(engine) == set()
    assert erasure_file.reconcile(engine, path) == []


def test_a_lost_file_is_written_again(engine, tmp_path):
    path = tmp_path / "erased.txt"
    erasure_file.erase(engine, path, NAME)
    kept = path.read_text()
    path.unlink()
    assert erasure_file.reconcile(engine, path) == []
    assert path.read_text().split()[:2] == kept.split()[:2]


def test_someone_never_held_can_be_kept_out_and_salts_are_reused(engine, tmp_path):
    path = tmp_path / "erased.txt"
    assert not erasure_file.erase(engine, path, "stranger")
    assert not erasure_file.erase(engine, path, "stranger")
    assert erasure_file.erase(engine, path, NAME)
    with engine.connect() as connection:
        first, second = erasures.recorded(connection)
        assert erasures.among(connection, ["stranger", NAME, "bea"]) == {"stranger", NAME}
    assert first.salt == second.salt


def test_a_broken_file_is_named(engine, tmp_path):
    path = tmp_path / "erased.txt"
    path.write_text("half a line\n")
    with pytest.raises(erasure_file.ErasureFileError, match=r"erased\.txt, line 1"):
        erasure_file.reconcile(engine, path)
