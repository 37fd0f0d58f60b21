"""Mutated pages, by the hundred thousand: readers give right records or name why not, quickly and in little memory."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from bench.fuzz.mutants import Mutant, Mutants
from bench.fuzz.mutations import ALL
from bench.fuzz.subjects import Subject, load
from bench.fuzz.verdict import Verdict, examine
from bench.fuzz.worker import Report, work

# Growth of one process after its warm-up: readers remember 8,192 films, with all that mutants make of their names.
MEMORY_LIMIT_MB = 40
_PROCESSES = 2
_HANG_SECONDS = 30
_GLANCE_SECONDS = 0.2
_SHOWN = 40

# Told which step is how far, of how much.
Update = Callable[[str, int, int], None]


def run(*, mutants: int, seed: int, update: Update) -> dict[str, Any]:
    """Reads so many mutants in two processes; `violations` names each that a reader was fooled by."""
    subjects, missing = load()
    began = time.perf_counter()
    reports = _reports(subjects, seed, mutants, update)
    outcomes: Counter[tuple[str, str]] = sum((report.outcomes for report in reports), Counter())
    violations = sorted(violation for report in reports for violation in report.violations)
    seconds, slowest = max(report.slowest for report in reports)
    growth = max(report.end_mb - report.warm_mb for report in reports)
    return {
        "seed": seed,
        "mutants": outcomes.total(),
        "pages": len({subject.page.name for subject in subjects}),
        "missing_real_pages": missing,
        "seconds": round(time.perf_counter() - began, 1),
        "slowest": {"mutant": slowest, "seconds": round(seconds, 3)},
        "memory_growth_mb": round(growth, 1),
        "limit_memory_growth_mb": MEMORY_LIMIT_MB,
        "outcomes": {mutation.name: _of(mutation.name, outcomes) for mutation in ALL},
        "violations": [_described(number, what, subjects, seed) for number, what in violations[:_SHOWN]],
        "ok": not violations and growth <= MEMORY_LIMIT_MB and outcomes.total() == mutants,
    }


def one(*, number: int, seed: int) -> tuple[Mutant, Verdict]:
    """One mutant of a seed and what its reader makes of it."""
    mutant = Mutants(load()[0], seed).make(number)
    return mutant, examine(mutant.case, mutant.mutation, mutant.body)


def _reports(subjects: list[Subject], seed: int, mutants: int, update: Update) -> list[Report]:
    """Each process's report."""
    running = [_Running(subjects, seed, range(first, mutants, _PROCESSES)) for first in range(_PROCESSES)]
    while any(one.report is None for one in running):
        for one in running:
            one.watch()
        update("mutants", sum(one.done for one in running), mutants)
    return [one.report for one in running]


class _Running:
    """One process at work; it is ended when it hangs, and then reports the mutant that it hung on."""

    def __init__(self, subjects: list[Subject], seed: int, numbers: range) -> None:
        self.report: Report | None = None
        self.done = 0
        self._numbers = numbers
        self._current = multiprocessing.Value("q", -1, lock=False)
        self._receiver, sender = multiprocessing.Pipe(duplex=False)
        arguments = (subjects, seed, numbers, self._current, sender)
        self._process = multiprocessing.Process(target=work, args=arguments, daemon=True)
        self._process.start()
        sender.close()
        self._since = time.monotonic()

    def watch(self) -> None:
        """Waits a little for the report."""
        if self.report is not None:
            return
        if self._receiver.poll(_GLANCE_SECONDS):
            self._finish()
            return
        done = max(0, self._current.value - self._numbers.start) // self._numbers.step
        if done != self.done:
            self.done, self._since = done, time.monotonic()
        elif time.monotonic() - self._since > _HANG_SECONDS:
            self._process.kill()
            self.report = Report(violations=[(self._current.value, f"no end after {_HANG_SECONDS} s")])

    def _finish(self) -> None:
        try:
            self.report = self._receiver.recv()
        except EOFError:
            self.report = Report(violations=[(self._current.value, "the process died")])
        self.done = len(self._numbers)
        self._process.join()


def _of(mutation: str, outcomes: Counter[tuple[str, str]]) -> dict[str, int]:
    return {outcome: count for (name, outcome), count in sorted(outcomes.items()) if name == mutation}


def _described(number: int, what: str, subjects: list[Subject], seed: int) -> dict[str, Any]:
    """A violation and how to make it again: `almanac bench fuzz --seed … --only …`."""
    mutant = Mutants(subjects, seed).make(number)
    subject = mutant.case.subject
    return {
        "only": number,
        "kind": subject.kind,
        "page": subject.page.name,
        "mutation": mutant.mutation.name,
        "what": what,
    }
