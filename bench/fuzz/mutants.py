"""Chooses and makes mutants: number N of a seed is always the same one."""

import random
from dataclasses import dataclass

from bench.fuzz.mutations import ALL, Case, Mutation, Promise
from bench.fuzz.subjects import Subject

# Mutants of pages under readers of other kinds, which must refuse them whatever happened to them.
_STRANGERS = 0.15
# These may well make a page of the kind asked for out of a stranger.
_NOT_FOR_STRANGERS = (Promise.MIXED, Promise.NOTHING)


@dataclass(frozen=True)
class Mutant:
    """One mutated page and where it comes from."""

    case: Case
    mutation: Mutation
    body: bytes


class Mutants:
    """All mutants of one seed, made when asked for."""

    def __init__(self, subjects: list[Subject], seed: int) -> None:
        self._seed = seed
        self._strangers = [subject for subject in subjects if subject.record is None]
        self._by_kind: dict[str, list[Subject]] = {}
        for subject in subjects:
            if subject.record is not None:
                self._by_kind.setdefault(subject.kind, []).append(subject)

    def make(self, number: int) -> Mutant:
        """Mutant number `number`."""
        draw = random.Random(f"{self._seed}:{number}")
        while True:
            kind = draw.choice(list(self._by_kind))
            subject = draw.choice(self._by_kind[kind] if draw.random() > _STRANGERS else self._strangers)
            mutation = draw.choice(ALL)
            if subject.record is None and mutation.promise in _NOT_FOR_STRANGERS:
                continue
            case = Case(subject, draw.choice(self._by_kind[subject.kind]), draw)
            body = mutation.apply(case)
            if body is not None:
                return Mutant(case, mutation, body)
