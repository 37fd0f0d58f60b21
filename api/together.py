"""Asks for many at once what many ask for at once: one question is under way at a time, the next takes all who wait."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")


class Together(Generic[Key, Answer]):
    """Gives what `ask(keys)` says of a key, None where it says nothing. Nobody is answered by what was asked before."""

    def __init__(self, ask: Callable[[Collection[Key]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self._ask = ask
        self._waiting: defaultdict[Key, list[asyncio.Future[Answer | None]]] = defaultdict(list)
        self._asking: asyncio.Task[None] | None = None

    def __call__(self, key: Key) -> asyncio.Future[Answer | None]:
        """What to await for the answer for one key; it raises what asking raised."""
        future = asyncio.get_running_loop().create_future()  # each their own: whoever gives up does so alone
        self._waiting[key].append(future)
        if self._asking is None:
            self._asking = asyncio.create_task(self._work())
        return future

    async def _work(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, defaultdict(list)
                found, failed = {}, None
                try:
                    found = await self._ask(asked)
                except Exception as error:
                    failed = error
                for key, futures in asked.items():
                    answer = found.get(key)
                    for future in futures:
                        if future.done():
                            continue
                        if failed is None:
                            future.set_result(answer)
                        else:
                            future.set_exception(failed)
                            future.exception()  # it may be awaited late, or no more
        finally:
            self._asking = None
