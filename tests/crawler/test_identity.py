"""LIDs and numeric ids stand for each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.identity import TYPE_DIGITS, film_id_from_uid, id_from_lid, lid_from_id

KNOWN = [
    ("kkCS", 484585, "film"),
    ("2a8i", 51561, "film"),
    ("a5fa", 240344, "film"),
    ("297o", 51171, "film"),
    ("8d3Jx", 12132330, "person"),
    ("NroWY", 73057123, "filmlist"),
]


@pytest.mark.parametrize(("lid", "number", "kind"), KNOWN)
def test_known_pairs(lid, number, kind):
    assert id_from_lid(lid, kind) == number
    assert lid_from_id(number, kind) == lid


@given(st.integers(1, 10**12), st.sampled_from(sorted(TYPE_DIGITS)))
def test_there_and_back(number, kind):
    assert id_from_lid(lid_from_id(number, kind), kind) == number


@given(st.integers(1, 10**9), st.sampled_from(sorted(TYPE_DIGITS)), st.sampled_from(sorted(TYPE_DIGITS)))
def test_the_type_digit_is_checked(number, kind, other):
    if kind != other:
        with pytest.raises(ValueError, match="type digit"):
            id_from_lid(lid_from_id(number, kind), other)


@pytest.mark.parametrize("lid", ["", "0", "00kkCS", "kk-CS", "kkCS ", "k" * 11, "é", "a" * 10_000])
def test_what_is_no_lid(lid):
    with pytest.raises(ValueError):
        id_from_lid(lid)


@pytest.mark.parametrize("number", [0, -1])
def test_ids_start_at_one(number):
    with pytest.raises(ValueError):
        lid_from_id(number)


def test_film_uid():
    assert film_id_from_uid("film:51171") == 51171


@pytest.mark.parametrize(
    "uid", ["", "film:", "film:0", "film:051", "film:x", "viewing:1", "film:1 ", "film:²", "film:" + "9" * 19]
)
def test_what_is_no_film_uid(uid):
    with pytest.raises(ValueError):
        film_id_from_uid(uid)
