"""Loaders whose answers belong to all who wait for them."""

import asyncio
from asyncio import Future
from collections.abc import Iterable
from typing import TypeVar

from strawberry.dataloader import DataLoader

Key = TypeVar("Key")
Result = TypeVar("Result")


class SharedLoader(DataLoader[Key, Result]):
    """Gives each who asks for a key something of their own to wait for.

    The executor cancels the fields beside one that failed. Strawberry's loader gives all who ask for a key the same
    future, so that one of them being cancelled would cancel it for fields that have nothing to do with the failure,
    and, were it the last of a batch, the statement under way and with it the connection.
    """

    def load(self, key: Key) -> Future[Result]:
        """What to await for the answer for one key."""
        return _shared(super().load(key))

    def load_many(self, keys: Iterable[Key]) -> Future[list[Result]]:
        """What to await for the answers for many keys, in their order."""
        load = super().load
        return _shared(asyncio.gather(*[load(key) for key in keys]))


def _shared(inner: Future[Result]) -> Future[Result]:
    """As asyncio.shield, but for half of its price, and silent when nobody is left to be told of an exception."""
    if inner.done():
        return inner
    outer = inner.get_loop().create_future()

    def told(inner: Future[Result]) -> None:
        if inner.cancelled():  # the server stops
            outer.cancel()
            return
        error = inner.exception()
        if outer.cancelled():
            return
        if error is None:
            outer.set_result(inner.result())
        else:
            outer.set_exception(error)

    inner.add_done_callback(told)
    return outer
