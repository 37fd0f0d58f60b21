"""Tells whether an export would be the same now as it was when it was fetched, without making it.

The validator holds the moment before the export was made, and a digest of the cohort's stamp and of what was asked.
It is good as long as the digest is the same and no film has changed since that moment.
"""

import hashlib
import re
import time

from api.exports import table
from api.exports.question import Question
from schema.insights.stamps import Stamps

_LIFE_SECONDS = 12 * 3600  # well below the day for which changes of films are remembered
_FORM = re.compile(r'"(\d{1,19})-(\d{1,12})-([0-9a-f]{32})"')
# What these look up is no part of any stamp.
_BEYOND = {"rated_by", "unseen_by", "in_list"}


def etag(stamps: Stamps, cohort_id: int, asked: Question) -> str | None:
    """The validator of an export made now; None for one that may change without a sign."""
    if _BEYOND & asked.film_filter.given().keys():
        return None
    return f'W/"{stamps.since}-{int(time.time())}-{_digest(stamps, cohort_id, asked)}"'


def holds(sent: str, stamps: Stamps, cohort_id: int, asked: Question) -> bool:
    """Whether any of the validators in an If-None-Match is of an export that would be the same now."""
    if _BEYOND & asked.film_filter.given().keys():
        return False
    digest, now = _digest(stamps, cohort_id, asked), time.time()
    return any(
        found == digest and stamps.changed < int(since) and 0 <= now - int(made) <= _LIFE_SECONDS
        for since, made, found in _FORM.findall(sent)
    )


def _digest(stamps: Stamps, cohort_id: int, asked: Question) -> str:
    told = repr((stamps.cohorts[cohort_id], asked, table.NAMES))
    return hashlib.sha256(told.encode()).hexdigest()[:32]
