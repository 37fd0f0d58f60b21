"""Filters on who saw a film, and when."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, text

from schema.insights import cohorts
from schema.insights.aggregates import Ints, aggregate
from schema.insights.filters.verdict import Verdict, known
from schema.insights.given import FilterError, Range, RatedBy
from schema.insights.groups import Group
from schema.insights.numbers import Numbers
from schema.insights.reading import vectors_of_cohort, vectors_of_members
from schema.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Dated:
    """Films rated within the years asked for, and films of which a member did not say when."""

    inside: Ints
    undated: Ints


def find_rated_by(connection: Connection, wanted: RatedBy, viewer: Viewer) -> Ints:
    """The films that enough of these members rated within the range.

    Raises FilterError for unknown members, and for a cohort that does not exist for the viewer.
    """
    if wanted.cohort is None:
        vectors = vectors_of_members(connection, _members(connection, "ratedBy", wanted.usernames))
    else:
        if not cohorts.by_id(connection, [wanted.cohort], viewer):
            raise FilterError(f"ratedBy: there is no cohort {wanted.cohort}")
        vectors = vectors_of_cohort(connection, wanted.cohort)
    counts = aggregate(vectors)
    stars = np.arange(1, 11) / 2.0
    low, high = wanted.rating.min, wanted.rating.max
    inside = (stars >= (0 if low is None else low)) & (stars <= (5 if high is None else high))
    return counts.film_ids[counts.histogram[:, inside].sum(axis=1) >= wanted.at_least]


def find_seen_by(connection: Connection, usernames: tuple[str, ...]) -> Ints:
    """The films that any of these members has reacted to; raises FilterError when nothing is known of one."""
    vectors = vectors_of_members(connection, _members(connection, "unseenBy", usernames))
    return aggregate(vectors).film_ids


def find_dated(connection: Connection, group: Group, wanted: Range) -> Dated:
    """The films that members of the group rated within these years."""
    everyone = group.years(connection)
    films = np.concatenate([film_ids for film_ids, _ in everyone]) if everyone else np.empty(0, np.int32)
    years = np.concatenate([each for _, each in everyone]) if everyone else np.empty(0, np.int64)
    undated = years == 1900
    inside = ~undated
    if wanted.min is not None:
        inside &= years >= wanted.min
    if wanted.max is not None:
        inside &= years <= wanted.max
    return Dated(np.unique(films[inside]), np.unique(films[undated]))


def rated_by(numbers: Numbers, wanted: Ints) -> Verdict:
    """Rated by enough of some members."""
    return known(np.isin(numbers.counts.film_ids, wanted))


def unseen_by(numbers: Numbers, wanted: Ints) -> Verdict:
    """Seen by none of some members."""
    return known(~np.isin(numbers.counts.film_ids, wanted))


def rated_year(numbers: Numbers, wanted: Dated) -> Verdict:
    """Rated by any member in these years; unknown when nobody is known to have, but someone did not say when."""
    passes = np.isin(numbers.counts.film_ids, wanted.inside)
    return Verdict(passes, np.isin(numbers.counts.film_ids, wanted.undated) & ~passes)


def _members(connection: Connection, name: str, usernames: tuple[str, ...]) -> list[int]:
    """Ids of members of whom something has been read: who has no films here may have seen anything."""
    lower = sorted({each.lower() for each in usernames})
    found = dict(
        connection.execute(
            text(
                "SELECT m.username, m.id FROM members m WHERE m.username = ANY(:names) AND m.missing_since IS NULL"
                " AND (EXISTS (SELECT FROM member_vectors v WHERE v.member_id = m.id AND length(v.film_ids) > 0)"
                " OR EXISTS (SELECT FROM listings l WHERE l.member_id = m.id AND l.kind = 'rated'"
                " AND l.observed_at IS NOT NULL))"
            ),
            {"names": lower},
        ).all()
    )
    missing = [each for each in lower if each not in found]
    if missing:
        raise FilterError(f"{name}: no films are known here of {', '.join(map(repr, missing))}")
    return list(found.values())
