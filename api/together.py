"""Asks for many at once what many ask for at once: one question is under way at a time, the next takes all who wait."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Together(Generic[Key, Answer]):
    """Gives what `ask(keys)` says of a key, None where it says nothing. Nobody is answered by what was asked before."""

    def __init__(self, ask: Callable[[Collection[Key]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self._ask = ask
        self._waiting: dict[Key, asyncio.Future[Answer | None]] = {}
        self._asking: asyncio.Task[None] | None = None

    def __call__(self, key: Key) -> asyncio.Future[Answer | None]:
        """What to await for the answer for one key; it raises what asking raised."""
        future = self._waiting.get(key)
        if future is None:
            future = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._work())
        return asyncio.shield(future)  # whoever gives up does so alone

    async def _work(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, {}
                try:
                    found = await self._ask(list(asked))
                except Exception as error:
                    for future in asked.values():
                        future.set_exception(error)
                        future.exception()  # all who waited may have given up
                else:
                    for key, future in asked.items():
                        future.set_result(found.get(key))
        finally:
            self._asking = None
