"""The slices of three real cohorts are those that people have looked at (docs/insights.md)."""

import json
from pathlib import Path

import pytest

from tests.api import real_slices

REVIEWED = json.loads((Path(__file__).parent / "best_slices.json").read_text())


@pytest.mark.real
def test_the_first_ten_of_every_slice():
    assert real_slices.best() == REVIEWED
