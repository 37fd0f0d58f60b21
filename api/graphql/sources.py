"""What an answer was made from: whether that can be told to be unchanged later, and by which stamps."""

from collections.abc import Collection, Iterator

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from api.answers import Answers
from schema.insights.stamps import Stamps


class Sources:
    """Gathers the stamps of what a request reads, each taken before it is read.

    Stamps cover saved cohorts, their numbers, and films. Who reads anything else says so with `beyond`, and the
    answer is not kept. Without `answers` nothing is. `taken` are stamps that were taken already.
    """

    def __init__(self, answers: Answers | None = None, taken: Stamps | None = None) -> None:
        self._answers = answers
        self._taken = taken
        self._stamps: Stamps | None = None

    @property
    def stamps(self) -> Stamps | None:
        """The stamps of all that was read; None when they do not cover it, or nothing was."""
        return self._stamps if self._answers else None

    def beyond(self) -> None:
        """Notes that something is read that stamps do not cover."""
        self._answers = None

    async def note(self, cohort_ids: Collection[int] = ()) -> None:
        """Takes the stamps of films and of these cohorts; await it before reading them."""
        if self._answers is None:
            return
        if self._taken is None or any(key not in self._taken.cohorts for key in cohort_ids):
            now, before = await self._answers.stamps(cohort_ids), self._taken
            if before is None:
                self._taken = now
            else:  # the earlier moment counts
                self._taken = Stamps(before.since, before.changed, {**now.cohorts, **before.cohorts})
        noted = self._stamps.cohorts if self._stamps else {}
        self._stamps = Stamps(
            self._taken.since, self._taken.changed, {**noted, **{key: self._taken.cohorts[key] for key in cohort_ids}}
        )


class OnlyQueries(SchemaExtension):
    """Keeps nothing of what changes something."""

    def on_execute(self) -> Iterator[None]:
        """Looks at the operation before it runs."""
        if self.execution_context.operation_type is not OperationType.QUERY:
            self.execution_context.context.sources.beyond()
        yield
