"""One process of the fuzzer: reads every so many-th mutant and reports what came of them."""

import time
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized

from bench.fuzz.mutants import Mutants
from bench.fuzz.subjects import Subject
from bench.fuzz.verdict import VIOLATION, examine
from bench.memory import resident_mb

SLOW_SECONDS = 2.0  # of processor time, for one page
# What readers and mutations remember is remembered by then.
_WARM_UP = 0.2


@dataclass
class Report:
    """What one process found; `outcomes` counts (mutation, outcome), `violations` holds (number, what)."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    violations: list[tuple[int, str]] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, 0)
    warm_mb: float = 0.0
    end_mb: float = 0.0


def work(subjects: list[Subject], seed: int, numbers: range, current: "Synchronized[int]", answer: Connection) -> None:
    """Reads the mutants with these numbers and sends a Report; `current` says which one it is at."""
    mutants = Mutants(subjects, seed)
    report = Report()
    warm = len(numbers) * _WARM_UP
    for done, number in enumerate(numbers):
        current.value = number
        if done <= warm:
            report.warm_mb = resident_mb()
        mutant = mutants.make(number)
        began = time.process_time()
        verdict = examine(mutant.case, mutant.mutation, mutant.body)
        seconds = time.process_time() - began
        report.slowest = max(report.slowest, (seconds, number))
        report.outcomes[mutant.mutation.name, verdict.outcome] += 1
        if verdict.is_violation:
            report.violations.append((number, verdict.detail))
        elif seconds > SLOW_SECONDS:
            report.outcomes[mutant.mutation.name, VIOLATION] += 1
            report.violations.append((number, f"{seconds:.1f} s to read"))
    report.end_mb = resident_mb()
    answer.send(report)
