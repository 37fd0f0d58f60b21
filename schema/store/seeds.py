"""Cohorts as a file tells them: what an installation begins with, or is brought back to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema import definitions
from schema.definitions import Definition, DefinitionError
from schema.store import accounts, cohorts

_VISIBILITIES = ("private", "unlisted", "public")


class BadSeeds(ValueError):
    """Seeds that cannot be used; the message names the cohort and the field, and what it should be."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A cohort to be. `owner` is an e-mail address, None for the installation's own.

    `number` is what the definitions of other seeds call it.
    """

    label: str
    definition: Definition
    owner: str | None
    visibility: str
    number: int | None


def checked(document: object) -> list[Seed]:
    """The seeds of a JSON document, such as `almanac cohort list --json` writes; raises BadSeeds.

    Of each object `label` and `definition` are needed, `owner`, `visibility` and `id` are used, others are not.
    """
    if not isinstance(document, list) or not document:
        raise BadSeeds("give a JSON list of at least one cohort")
    found = [_checked(f"cohort {place}", each) for place, each in enumerate(document, 1)]
    names = [(seed.owner, seed.label) for seed in found]
    numbers = [seed.number for seed in found if seed.number is not None]
    for seed, name in zip(found, names, strict=True):
        if names.count(name) > 1 or numbers.count(seed.number) > 1:
            raise BadSeeds(f"{seed.label}: there are two of this label and owner, or of this id")
        for kind, value in definitions.leaves(seed.definition):
            if kind == "cohort" and value not in numbers:
                raise BadSeeds(f"{seed.label}: definition: cohort {value} is the id of none of these cohorts")
    return found


def _checked(place: str, given: object) -> Seed:
    if not isinstance(given, dict) or not isinstance(given.get("label"), str):
        raise BadSeeds(f"{place}: give an object with a label and a definition")
    owner, number = given.get("owner"), given.get("id")
    visibility = given.get("visibility") or ("private" if owner else "public")
    try:
        label = cohorts.checked_label(given["label"])
        definition = definitions.check(given.get("definition"))
        owner = None if owner is None else accounts.checked_email(str(owner))
    except cohorts.BadLabel as error:
        raise BadSeeds(f"{place}: label: {error}") from None
    except DefinitionError as error:
        raise BadSeeds(f"{place}: {error}") from None
    except accounts.BadEmail as error:
        raise BadSeeds(f"{place}: owner: {error}") from None
    if visibility not in _VISIBILITIES:
        raise BadSeeds(f"{place}: visibility: {visibility!r} is none of {', '.join(_VISIBILITIES)}")
    if number is not None and type(number) is not int:
        raise BadSeeds(f"{place}: id: {number!r} is no whole number")
    return Seed(label, definition, owner, visibility, number)


def plant(connection: Connection, seeds: Sequence[Seed]) -> list[int]:
    """Makes these cohorts, or gives those that exist their definitions; returns their ids.

    An owner without an account gets one. Who belongs to a cohort is found out by its next sync.
    """
    ids = [_made(connection, seed) for seed in seeds]
    numbered = {seed.number: cohort_id for seed, cohort_id in zip(seeds, ids, strict=True)}
    for seed, cohort_id in zip(seeds, ids, strict=True):
        cohorts.redefine(connection, cohort_id, definitions.renumbered(seed.definition, numbered))
    return ids


def _made(connection: Connection, seed: Seed) -> int:
    owner = None if seed.owner is None else _account(connection, seed.owner)
    try:
        return cohorts.create(connection, seed.label, {}, owner_id=owner, visibility=seed.visibility)
    except cohorts.LabelTaken:
        named = text("SELECT id FROM cohorts WHERE label = :label AND owner_id IS NOT DISTINCT FROM :owner")
        return connection.execute(named, {"label": seed.label, "owner": owner}).scalar_one()


def _account(connection: Connection, email: str) -> int:
    made = accounts.create(connection, email)
    named = text("SELECT id FROM accounts WHERE email = :email")
    return made or connection.execute(named, {"email": email}).scalar_one()
