"""What was read of films lately, held as long as no film has changed."""

from collections.abc import Callable, Mapping
from typing import Any

from schema.insights.stamps import Stamps

_MOST = 20_000  # of each kind; a film's facts take about a kilobyte


class Shelf:
    """Answers of one question about films, by key; None where there is none. Shared by all requests of a process."""

    def __init__(self) -> None:
        self._since = 0
        self._found: dict[Any, Any] = {}

    def at(self, stamps: Stamps) -> Mapping[Any, Any]:
        """What is known at this moment."""
        if stamps.changed >= self._since or len(self._found) > _MOST:
            # What was read before may have changed; what comes is read after this moment.
            self._since, self._found = stamps.since, {}
        return self._found

    def put(self, shelved: Mapping[Any, Any], found: Mapping[Any, Any]) -> None:
        """Adds what was read after the moment at which `shelved` was given, unless that is over by now."""
        if shelved is self._found:
            self._found.update(found)


class Shelves:
    """A shelf for each question."""

    def __init__(self) -> None:
        self._shelves: dict[Callable[..., Any], Shelf] = {}

    def __getitem__(self, question: Callable[..., Any]) -> Shelf:
        return self._shelves.setdefault(question, Shelf())
