"""Filters on what the cohort thinks of a film. All of it is known; a film that nobody rated has no average and
fails every range of ratings."""

import numpy as np

from schema.insights.filters.verdict import Verdict, known, within
from schema.insights.given import Range, ScoreRange
from schema.insights.numbers import Numbers
from schema.insights.shapes import SHAPES


def average(numbers: Numbers, wanted: Range) -> Verdict:
    """The cohort's mean rating in stars."""
    return within(numbers.counts.average, wanted)


def score(numbers: Numbers, wanted: ScoreRange) -> Verdict:
    """Score by a strategy; unknown where the strategy needs a global average that is not known."""
    found = numbers.ranking(wanted.strategy).score
    return within(found, wanted.range, np.isnan(found) & (numbers.counts.rated > 0))


def rating_percentile(numbers: Numbers, wanted: Range) -> Verdict:
    """Standing among the rated films by Bayesian score, 0 to 100."""
    return within(numbers.ranking().score, numbers.rating_standing.values_within(wanted))


def watchers(numbers: Numbers, wanted: Range) -> Verdict:
    """Members with any reaction."""
    return within(numbers.counts.watchers, wanted)


def watcher_percentile(numbers: Numbers, wanted: Range) -> Verdict:
    """Standing among all films by watchers, 0 to 100."""
    return within(numbers.counts.watchers, numbers.watcher_standing.values_within(wanted))


def liked_count(numbers: Numbers, wanted: Range) -> Verdict:
    """Members who liked it."""
    return within(numbers.counts.liked, wanted)


def liked_pct(numbers: Numbers, wanted: Range) -> Verdict:
    """Per cent of the watchers who liked it."""
    return within(numbers.counts.liked_pct, wanted)


def favorite_count(numbers: Numbers, wanted: Range) -> Verdict:
    """Members with it among their favourites."""
    return within(numbers.counts.favorite, wanted)


def favorite_pct(numbers: Numbers, wanted: Range) -> Verdict:
    """Per cent of the watchers with it among their favourites."""
    return within(numbers.counts.favorite_pct, wanted)


def standard_deviation(numbers: Numbers, wanted: Range) -> Verdict:
    """Spread of the ratings in stars."""
    return within(numbers.counts.standard_deviation, wanted)


def divergence(numbers: Numbers, wanted: Range) -> Verdict:
    """Average minus global average, in stars; unknown without a global average."""
    found = numbers.divergence
    return within(found, wanted, np.isnan(found) & (numbers.counts.rated > 0))


def absolute_divergence(numbers: Numbers, wanted: Range) -> Verdict:
    """The same without its sign."""
    found = np.abs(numbers.divergence)
    return within(found, wanted, np.isnan(found) & (numbers.counts.rated > 0))


def shapes(numbers: Numbers, wanted: tuple[str, ...]) -> Verdict:
    """One of these shapes; too few ratings is a shape, too."""
    return known(np.isin(numbers.shape, [SHAPES.index(name) for name in wanted]))


def liked_unrated(numbers: Numbers, wanted: bool) -> Verdict:
    """Whether some member liked it without rating it."""
    return known((numbers.counts.liked_unrated > 0) == wanted)
