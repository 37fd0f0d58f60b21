"""The rankings of three real cohorts are those that people have looked at (docs/insights.md)."""

import json
from pathlib import Path

import pytest

from tests.schema.insights import real

REVIEWED = json.loads((Path(__file__).parent / "best_twenty.json").read_text())


@pytest.mark.real
def test_the_best_twenty_of_every_ranking():
    found = real.best(*real.cohorts())
    for label, by_strategy in REVIEWED.items():
        for strategy, rows in by_strategy.items():
            assert [row[0] for row in found[label][strategy]] == [row[0] for row in rows], (label, strategy)
            assert [row[1:] for row in found[label][strategy]] == [pytest.approx(row[1:], abs=2e-6) for row in rows]
