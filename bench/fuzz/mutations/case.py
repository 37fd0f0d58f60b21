"""One page about to be mutated, and the promises that mutations make."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bench.fuzz.subjects import Page, Subject


class Promise(Enum):
    """What must hold of a mutant that a reader accepts; a refusal is always right, but for the first."""

    EQUAL = "it says the same in other words: it must be read, to the same record"
    INTACT = "what it said more than once it still says: the record is the same, but for facts told once"
    LESS = "parts are gone: what is read is part of the record, and no proof of completeness is contradicted"
    TORN = "the same, and facts told once may be cut through"
    MOVED = "entries changed places: the same entries, and a ranking notices"
    MIXED = "made of two pages: every entry is one of theirs"
    NOTHING = "facts may have changed everywhere: only that no reader stumbles"


@dataclass(frozen=True)
class Case:
    """A page, another one of the same kind, and the source of chance."""

    subject: Subject
    other: Subject
    draw: random.Random

    @property
    def page(self) -> Page:
        """The page that is mutated."""
        return self.subject.page

    @property
    def body(self) -> bytes:
        """Its bytes."""
        return self.subject.page.body


@dataclass(frozen=True)
class Mutation:
    """A named way to change a page."""

    name: str
    promise: Promise
    apply: Callable[[Case], bytes | None]
