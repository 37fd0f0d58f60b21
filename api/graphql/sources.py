"""What an answer was made from: whether that can be told to be unchanged later, and by which stamps."""

from collections.abc import Collection, Iterator

from strawberry.extensions import SchemaExtension
from strawberry.types.graphql import OperationType

from api.looks import Looks
from schema.insights.stamps import Look, Stamps


class Sources:
    """Gathers the stamps of what a request reads, each taken before it is read.

    Stamps cover saved cohorts, their numbers, and films. Who reads anything else says so with `beyond`, and the
    answer is not to be kept. `taken` is a look that was taken already.
    """

    def __init__(self, looks: Looks, taken: Look | None = None) -> None:
        self._looks = looks
        self._taken = taken
        self._cohorts: set[int] | None = set()

    @property
    def stamps(self) -> Stamps | None:
        """The stamps of all that was read; None when they do not cover it, or nothing was."""
        if self._cohorts is None or self._taken is None:
            return None
        found = self._taken.stamps
        return Stamps(found.since, found.changed, {key: found.cohorts[key] for key in self._cohorts})

    def beyond(self) -> None:
        """Notes that something is read that stamps do not cover."""
        self._cohorts = None

    async def look(self, cohort_ids: Collection[int] = ()) -> Look:
        """How films and these cohorts stood before any of them was read; await it before reading them."""
        if self._cohorts is not None:
            self._cohorts.update(cohort_ids)
        taken = self._taken
        if taken is None or any(key not in taken.stamps.cohorts for key in cohort_ids):
            now = await self._looks(cohort_ids=cohort_ids)
            taken = self._taken  # another may have looked meanwhile
            if taken is not None:  # the earlier moment counts
                cohorts = {**now.stamps.cohorts, **taken.stamps.cohorts}
                now = Look(Stamps(taken.stamps.since, taken.stamps.changed, cohorts), {**now.cohorts, **taken.cohorts})
            self._taken = now
        return self._taken


class OnlyQueries(SchemaExtension):
    """Keeps nothing of what changes something."""

    def on_execute(self) -> Iterator[None]:
        """Looks at the operation before it runs."""
        if self.execution_context.operation_type is not OperationType.QUERY:
            self.execution_context.context.sources.beyond()
        yield
