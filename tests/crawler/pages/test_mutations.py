"""Damaged pages give the right record or a named refusal: never another record, never another exception."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz.mutations import ALL, Case, Promise
from bench.fuzz.subjects import load
from bench.fuzz.verdict import examine
from crawler.pages import KINDS, errors

SUBJECTS, _ = load(real=False)
READ = [subject for subject in SUBJECTS if subject.record is not None]
STRANGERS = [subject for subject in SUBJECTS if subject.record is None]

thoroughly = settings(max_examples=120, deadline=None, database=None)


def assert_not_fooled(mutation, subject, other, draw):
    case = Case(subject, other, draw)
    body = mutation.apply(case)
    if body is not None:
        verdict = examine(case, mutation, body)
        assert not verdict.is_violation, f"{subject.page.name} as {subject.kind}: {verdict.detail}"


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
@given(data=st.data())
@thoroughly
def test_no_mutation_fools_a_reader(mutation, data):
    subject = data.draw(st.sampled_from(READ))
    other = data.draw(st.sampled_from([each for each in READ if each.kind == subject.kind]))
    assert_not_fooled(mutation, subject, other, data.draw(st.randoms(use_true_random=False)))


@given(
    st.sampled_from([mutation for mutation in ALL if mutation.promise not in (Promise.MIXED, Promise.NOTHING)]),
    st.sampled_from(STRANGERS),
    st.randoms(use_true_random=False),
)
@thoroughly
def test_no_mutation_makes_a_page_of_another_kind_readable(mutation, stranger, draw):
    assert_not_fooled(mutation, stranger, stranger, draw)


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
@thoroughly
def test_any_bytes_at_all(kind, body):
    try:
        KINDS[kind](body)
    except errors.PageError as refusal:
        assert not isinstance(refusal, errors.UnreadablePage), refusal


@pytest.mark.parametrize("mutation", ALL, ids=lambda mutation: mutation.name)
def test_every_mutation_changes_some_page(mutation):
    draw = random.Random(7)
    assert any(mutation.apply(Case(one, one, draw)) not in (None, one.page.body) for one in READ)
