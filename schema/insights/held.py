"""The numbers of groups that were asked about lately, held as long as nothing they follow from has changed."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from schema.insights import catalogue
from schema.insights.aggregates import Vector
from schema.insights.catalogue import CHANGED, MOMENT
from schema.insights.film_columns import FilmColumns
from schema.insights.groups import AdHocGroup, Group, SavedGroup
from schema.insights.numbers import Numbers
from schema.insights.reading import MEMBERS, REACTIONS, of_each
from schema.insights.stamps import Stamps, look

# A film takes about 250 bytes; ten circles of a hundred members have so many.
_MOST_FILMS = 400_000
_MOST_PAGES = 16  # a page of fifty films takes about 100 kB

_MEMBERS = (
    "SELECT count(v.version) || ' ' || coalesce(sum(v.version), 0) FROM member_vectors v"
    " WHERE member_id = ANY(CAST(:members AS int[]))"
)
_VERSION = text(_MEMBERS)
_ALONE = of_each(
    f"v.version, {REACTIONS}, {MOMENT}, (SELECT EXISTS (SELECT FROM film_columns WHERE {CHANGED}))", MEMBERS
)
_CURRENT = text(f"SELECT ({_MEMBERS}), EXISTS (SELECT FROM film_columns WHERE {CHANGED})")


def vectors_alone(
    connection: Connection, group: AdHocGroup, films: FilmColumns
) -> tuple[str, list[Vector], catalogue.Fetched] | None:
    """An ad-hoc group's version and vectors, with `films` when these are still of the same moment, None otherwise.

    One statement, which needs no transaction to be of one moment.
    """
    rows = connection.execute(_ALONE, {**group.key, "since": films.since}).all()
    if not rows or rows[0][-1]:
        return None
    versions = [row[0] for row in rows if row[0] is not None]
    since, until = rows[0][4:6]
    vectors = [Vector.unpack(*row[1:4]) for row in rows]
    return f"{len(versions)} {sum(versions)}", vectors, catalogue.Fetched(films, since, until, None)


def version_of(connection: Connection, group: Group) -> str:
    """What moves with whatever a group's numbers follow from, films aside, as the transaction sees it.

    Vectors' versions only grow, and a member who comes or goes moves the cohort's own.
    """
    if isinstance(group, SavedGroup):
        return look(connection, [group.cohort_id]).stamps.cohorts[group.cohort_id]
    return connection.execute(_VERSION, group.key).scalar_one()


class Pages(OrderedDict[str, Any]):
    """What was made of the numbers last, by name: not much of it, because much is made."""

    def put(self, name: str, page: Any) -> None:
        """Keeps one more, and forgets the oldest for it."""
        self[name] = page
        if len(self) > _MOST_PAGES:
            self.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Numbers of a `version` of their group; what films changed in transactions before `since` is in them."""

    version: str
    numbers: Numbers
    since: int
    pages: Pages = field(default_factory=Pages)

    def holds(self, group: SavedGroup, stamps: Stamps) -> bool:
        """Whether they are a saved cohort's numbers at the moment of these stamps."""
        return self.version == stamps.cohorts.get(group.cohort_id) and stamps.changed < self.since

    def is_current(self, connection: Connection, group: AdHocGroup) -> bool:
        """Whether they still are an ad-hoc group's numbers; in one statement."""
        version, changed = connection.execute(_CURRENT, {**group.key, "since": self.since}).one()
        return version == self.version and not changed


class HeldNumbers:
    """Of the groups asked about last, as many as make up so many films; shared by all requests of a process."""

    def __init__(self) -> None:
        self._held: OrderedDict[Group, Held] = OrderedDict()
        self._films = 0

    def get(self, group: Group) -> Held | None:
        """What is held of a group."""
        found = self._held.get(group)
        if found:
            self._held.move_to_end(group)
        return found

    def put(self, group: Group, held: Held) -> None:
        """Holds numbers, in the place of others if need be."""
        before = self._held.pop(group, None)
        self._films += len(held.numbers) - (len(before.numbers) if before else 0)
        self._held[group] = held
        while self._films > _MOST_FILMS and len(self._held) > 1:
            self._films -= len(self._held.popitem(last=False)[1].numbers)
