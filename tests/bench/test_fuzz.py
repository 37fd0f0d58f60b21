"""The fuzzer makes the same mutants again, and notices a reader that is fooled."""

import dataclasses
import json
import random

import pytest
from click.testing import CliRunner

from bench.fuzz.mutants import Mutants
from bench.fuzz.mutations import ALL, Case, Mutation, Promise
from bench.fuzz.subjects import load
from bench.fuzz.verdict import examine
from cli.bench import bench

SUBJECTS, _ = load(real=False)
FILMS = next(one for one in SUBJECTS if (one.kind, one.page.name) == ("rated", "rated/C.html"))
MUTATIONS = {mutation.promise: mutation for mutation in ALL}


def verdict_on(subject, promise, body):
    """What the fuzzer says of a body that is said to be a mutant of a subject."""
    return examine(Case(subject, subject, random.Random(1)), MUTATIONS[promise], body)


def another(change):
    """The page of films with another record than it reads to, so that its reader seems to read wrongly."""
    return dataclasses.replace(FILMS, record=change(FILMS.record))


def test_the_same_number_of_the_same_seed_is_the_same_mutant():
    one, again = Mutants(SUBJECTS, 7), Mutants(SUBJECTS, 7)
    assert [one.make(number).body for number in range(60)] == [again.make(number).body for number in range(60)]
    assert one.make(3).body != Mutants(SUBJECTS, 8).make(3).body


def test_a_page_that_reads_as_before_is_no_violation():
    assert verdict_on(FILMS, Promise.EQUAL, FILMS.page.body).outcome == "the same"


def test_a_refused_page_is_a_violation_only_where_nothing_was_lost():
    cut = FILMS.page.body[:-20]
    assert verdict_on(FILMS, Promise.LESS, cut).outcome == "TruncatedPage"
    assert verdict_on(FILMS, Promise.EQUAL, cut).is_violation


@pytest.mark.parametrize("promise", [promise for promise in Promise if promise is not Promise.NOTHING])
@pytest.mark.parametrize("change", [{"title": "Another"}, {"year": 1901}, {"slug": "another"}, {"letterboxd_id": 7}])
def test_a_changed_fact_is_a_violation(promise, change):
    subject = another(lambda page: dataclasses.replace(page, tiles=(page.tiles[0]._replace(**change), *page.tiles[1:])))
    assert verdict_on(subject, promise, FILMS.page.body).is_violation


def test_a_vanished_tile_is_a_violation_while_the_total_still_counts_it():
    def with_one_more(page):
        info = dataclasses.replace(page.info, found=page.info.found + 1)
        return dataclasses.replace(page, info=info, tiles=(*page.tiles, page.tiles[0]._replace(slug="one-more")))

    verdict = verdict_on(another(with_one_more), Promise.LESS, FILMS.page.body)
    assert verdict.is_violation
    assert "6 of 7 entries" in verdict.detail


def test_a_lost_next_page_is_a_violation():
    def with_next(page):
        return dataclasses.replace(page, info=dataclasses.replace(page.info, next_url="/mira_okafor/films/page/9/"))

    assert verdict_on(another(with_next), Promise.LESS, FILMS.page.body).is_violation


def test_a_page_of_another_kind_that_is_read_is_a_violation():
    assert verdict_on(another(lambda page: None), Promise.EQUAL, FILMS.page.body).is_violation


def test_the_command_reads_mutants_and_makes_one_of_them_again(tmp_path):
    ran = CliRunner().invoke(bench, ["fuzz", "--mutants", "150", "--seed", "3", "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    assert found["mutants"] == 150
    assert found["violations"] == []
    assert sum(sum(outcomes.values()) for outcomes in found["outcomes"].values()) == 150
    saved = tmp_path / "mutant"
    ran = CliRunner().invoke(bench, ["fuzz", "--seed", "3", "--only", "5", "--save", str(saved)])
    assert ran.exit_code == 0, ran.output
    assert saved.read_bytes() == Mutants(load()[0], 3).make(5).body


def test_every_mutation_has_a_name_of_its_own():
    assert len({mutation.name for mutation in ALL}) == len(ALL)
    assert all(isinstance(mutation, Mutation) for mutation in ALL)
