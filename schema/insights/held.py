"""The numbers of groups that were asked about lately, held as long as nothing they follow from has changed."""

from collections import OrderedDict

from sqlalchemy import Connection, text

from schema.insights.catalogue import CHANGED
from schema.insights.film_columns import FilmColumns
from schema.insights.groups import AdHocGroup, Group, SavedGroup
from schema.insights.numbers import Numbers

# A film takes about 250 bytes; ten circles of a hundred members have so many.
_MOST_FILMS = 400_000

Version = tuple[int, ...]
"""What moves with whatever a group's numbers follow from, films aside: whether two are equal is all it tells."""

_OF_VECTORS = "count(v.version)::bigint, coalesce(sum(v.version), 0)::bigint"
_COHORT = (
    f"SELECT (SELECT version FROM cohorts WHERE id = :cohort), {_OF_VECTORS}"
    " FROM cohort_members m JOIN member_vectors v USING (member_id) WHERE m.cohort_id = :cohort"
)
_MEMBERS = f"SELECT {_OF_VECTORS} FROM member_vectors v WHERE member_id = ANY(CAST(:members AS int[]))"
_VERSION = {SavedGroup: text(_COHORT), AdHocGroup: text(_MEMBERS)}
_CURRENT = {
    kind: text(f"SELECT v.*, EXISTS (SELECT FROM film_columns WHERE {CHANGED}) FROM ({version}) v")
    for kind, version in ((SavedGroup, _COHORT), (AdHocGroup, _MEMBERS))
}


def version_of(connection: Connection, group: Group) -> Version:
    """The version of a group as the transaction sees it.

    Vectors' versions only grow, and a member who comes or goes moves the cohort's own.
    """
    return tuple(connection.execute(_VERSION[type(group)], group.key).one())


def is_current(connection: Connection, group: Group, version: Version, films: FilmColumns) -> bool:
    """Whether a group is still of this version, and no film has changed since `films`; in one statement."""
    *found, changed = connection.execute(_CURRENT[type(group)], {**group.key, "since": films.since}).one()
    return tuple(found) == version and not changed


class HeldNumbers:
    """Of the groups asked about last, as many as make up so many films; shared by all requests of a process."""

    def __init__(self) -> None:
        self._held: OrderedDict[Group, tuple[Version, Numbers]] = OrderedDict()
        self._films = 0

    def get(self, group: Group) -> tuple[Version, Numbers] | None:
        """The numbers of a group with the version that they are of; None when none are held."""
        found = self._held.get(group)
        if found:
            self._held.move_to_end(group)
        return found

    def put(self, group: Group, version: Version, numbers: Numbers) -> None:
        """Holds numbers, in the place of others if need be."""
        before = self._held.pop(group, None)
        self._films += len(numbers) - (len(before[1]) if before else 0)
        self._held[group] = version, numbers
        while self._films > _MOST_FILMS and len(self._held) > 1:
            _, (_, dropped) = self._held.popitem(last=False)
            self._films -= len(dropped)
