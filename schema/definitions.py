"""What a cohort resolves from: checks a definition, names what it needs, and resolves it to members.

A definition is one of {"usernames": [...]}, {"following": NAME}, {"followers": NAME}, {"list": "user/slug"},
{"cohort": ID}, {"union": [...]}, {"intersection": [...]}, {"difference": {"of": …, "minus": …}}, nested as deep as 12.
"""

import re
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, text

from schema.viewer import VISIBLE, Viewer

Definition = dict

_USERNAME = re.compile(r"[a-z0-9_]{1,40}")
_LIST_SLUG = re.compile(r"[a-z0-9_-]{1,250}")
_MAX_DEPTH = 12
_MAX_USERNAMES = 10_000


class DefinitionError(ValueError):
    """A definition that cannot be used; the message names the part and what it should be."""


def check(definition: object, depth: int = 0) -> Definition:
    """The definition with usernames lower-cased; raises DefinitionError naming what is wrong."""
    if depth > _MAX_DEPTH:
        raise DefinitionError(f"definition: nested deeper than {_MAX_DEPTH}")
    if not isinstance(definition, dict) or len(definition) != 1:
        raise DefinitionError(
            "definition: give exactly one of usernames, following, followers, list, cohort, union, intersection,"
            " difference"
        )
    ((kind, value),) = definition.items()
    match kind:
        case "usernames":
            if not isinstance(value, list) or not value or len(value) > _MAX_USERNAMES:
                raise DefinitionError(f"usernames: give 1 to {_MAX_USERNAMES} names")
            return {kind: sorted({_username(kind, name) for name in value})}
        case "following" | "followers":
            return {kind: _username(kind, value)}
        case "list":
            return {kind: _list_address(value)}
        case "cohort":
            if not isinstance(value, int) or isinstance(value, bool):
                raise DefinitionError("cohort: give the id of a cohort")
            return {kind: value}
        case "union" | "intersection":
            if not isinstance(value, list) or not value:
                raise DefinitionError(f"{kind}: give a list of at least one definition")
            return {kind: [check(part, depth + 1) for part in value]}
        case "difference":
            if not isinstance(value, dict) or set(value) != {"of", "minus"}:
                raise DefinitionError("difference: give `of` and `minus`")
            return {kind: {side: check(value[side], depth + 1) for side in ("of", "minus")}}
    raise DefinitionError(f"definition: {kind!r} is not a kind of cohort")


def _username(kind: str, value: object) -> str:
    name = value.strip().lower() if isinstance(value, str) else ""
    if not _USERNAME.fullmatch(name):
        raise DefinitionError(f"{kind}: {value!r} is not a Letterboxd username (letters, digits and _)")
    return name


def _list_address(value: object) -> str:
    address = value.strip().strip("/").lower() if isinstance(value, str) else ""
    username, _, slug = address.partition("/")
    if not _USERNAME.fullmatch(username) or not _LIST_SLUG.fullmatch(slug):
        raise DefinitionError(f"list: {value!r} is not user/slug, such as ada/essentials")
    return address


def leaves(definition: Definition) -> Iterator[tuple[str, object]]:
    """The (kind, value) pairs a definition is built from."""
    ((kind, value),) = definition.items()
    if kind in {"union", "intersection"}:
        for part in value:
            yield from leaves(part)
    elif kind == "difference":
        yield from leaves(value["of"])
        yield from leaves(value["minus"])
    else:
        yield kind, value


def without(definition: Definition, username: str) -> Definition | None:
    """The definition with this member taken off its lists of names; None when it cannot do without the name."""
    ((kind, value),) = definition.items()
    match kind:
        case "usernames":
            left = [name for name in value if name != username]
            return {kind: left} if left else None
        case "following" | "followers":
            return None if value == username else definition
        case "union" | "intersection":
            parts = [without(part, username) for part in value]
            return None if None in parts else {kind: parts}
        case "difference":
            of, minus = without(value["of"], username), without(value["minus"], username)
            return {kind: {"of": of, "minus": minus}} if of and minus else None
    return definition


def renumbered(definition: Definition, ids: Mapping[int, int]) -> Definition:
    """The definition with other ids for the cohorts that it names; raises KeyError for one that `ids` lacks."""
    ((kind, value),) = definition.items()
    match kind:
        case "cohort":
            return {kind: ids[value]}
        case "union" | "intersection":
            return {kind: [renumbered(part, ids) for part in value]}
        case "difference":
            return {kind: {side: renumbered(part, ids) for side, part in value.items()}}
    return definition


_LEAVES = {
    "usernames": "SELECT id FROM members WHERE username = ANY(:value) AND missing_since IS NULL",
    "following": "SELECT followee_id FROM follows WHERE follower_id = (SELECT id FROM members WHERE username = :value)",
    "followers": "SELECT follower_id FROM follows WHERE followee_id = (SELECT id FROM members WHERE username = :value)",
    "list": (
        "WITH list AS (SELECT l.id, l.owner_id FROM film_lists l JOIN members m ON m.id = l.owner_id"
        " WHERE m.username || '/' || l.slug = :value)"
        " SELECT owner_id FROM list UNION SELECT k.member_id FROM film_list_likes k JOIN list ON list.id = k.list_id"
    ),
    "cohort": (
        "SELECT m.member_id FROM cohort_members m JOIN cohorts c ON c.id = m.cohort_id"
        f" WHERE c.id = :value AND {VISIBLE}"
    ),
}


def resolve(connection: Connection, definition: Definition, viewer: Viewer) -> set[int]:
    """Ids of the members a checked definition stands for, by what the database knows now.

    A cohort that does not exist for `viewer` has no members.
    """
    ((kind, value),) = definition.items()
    if kind == "union":
        return set().union(*(resolve(connection, part, viewer) for part in value))
    if kind == "intersection":
        return set.intersection(*(resolve(connection, part, viewer) for part in value))
    if kind == "difference":
        return resolve(connection, value["of"], viewer) - resolve(connection, value["minus"], viewer)
    asker = viewer.bound if kind == "cohort" else {}
    return set(connection.execute(text(_LEAVES[kind]), {"value": value, **asker}).scalars())
