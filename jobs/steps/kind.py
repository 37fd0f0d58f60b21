"""What a step of the chain is to the chain."""

from collections.abc import Callable
from dataclasses import dataclass

from schema.store.steps import Step


def _fine(parts: list[Step]) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class StepKind:
    """`work` does a part and returns what it reports, on queue `queue`.

    `verdict` looks at all parts when they are done, and says why the run must end here, if it must.
    """

    queue: str
    work: Callable[[Step], dict]
    verdict: Callable[[list[Step]], str | None] = _fine
