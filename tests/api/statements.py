"""Hears every statement that an application sends to its database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from unittest import mock

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from api.looks import Looks
from schema.insights.stamps import NOW

LOOK = Looks._look


@asynccontextmanager
async def heard(engine: AsyncEngine, note: Callable[[str], Any]) -> AsyncIterator[None]:
    """Calls `note(statement)` before each, while the block lasts; looks go past SQLAlchemy."""

    def before(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        note(statement)

    async def look(looks: Looks, *args: Any) -> Any:
        note(NOW)
        return await LOOK(looks, *args)

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    with mock.patch.object(Looks, "_look", look):
        yield
    event.remove(engine.sync_engine, "before_cursor_execute", before)
