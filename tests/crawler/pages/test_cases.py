"""Every page under fixtures/pages reads to the record beside it, or is refused for the cause in its name."""

import dataclasses
import json

import pytest

from cli.parse import document
from crawler import items
from crawler.pages import KINDS, errors
from tests.crawler.pages.cases import FIXTURES, READ, REFUSED, kind_of, name_of


def _fields():
    for path in READ:
        expected = json.loads(path.with_name(path.name + ".expected.json").read_text())
        for field, value in expected.items():
            yield pytest.param(path, field, value, id=f"{name_of(path)}:{field}")


@pytest.mark.parametrize(("path", "field", "expected"), list(_fields()))
def test_field(path, field, expected):
    assert document(KINDS[kind_of(path)](path.read_bytes()))[field] == expected


@pytest.mark.parametrize("path", READ, ids=name_of)
def test_the_record_has_no_other_fields(path):
    expected = json.loads(path.with_name(path.name + ".expected.json").read_text())
    assert document(KINDS[kind_of(path)](path.read_bytes())).keys() == expected.keys()


@pytest.mark.parametrize("path", REFUSED, ids=name_of)
def test_refused(path):
    """The file's name begins with the cause."""
    cause = getattr(errors, path.stem.partition("-")[0])
    with pytest.raises(errors.PageError) as refusal:
        KINDS[kind_of(path)](path.read_bytes(), "https://letterboxd.com/somewhere/")
    assert type(refusal.value) is cause
    assert refusal.value.found
    assert refusal.value.url == "https://letterboxd.com/somewhere/"
    assert "\n" not in str(refusal.value)


def test_every_kind_has_cases_of_both_sorts():
    assert {kind_of(path) for path in READ} == KINDS.keys()
    assert {kind_of(path) for path in REFUSED} == KINDS.keys()


def test_every_page_has_its_record():
    pages = {path for path in FIXTURES.glob("*/*") if path.is_file() and not path.name.endswith(".expected.json")}
    assert pages == set(READ)


def test_records_are_frozen():
    records = [record for record in vars(items).values() if dataclasses.is_dataclass(record)]
    assert len(records) > 15
    for record in records:
        assert record.__dataclass_params__.frozen
        assert "__slots__" in vars(record)
