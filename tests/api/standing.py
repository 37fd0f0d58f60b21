"""An application that stays up while its database changes."""

import asyncio
import json
from collections import Counter

import httpx
from sqlalchemy import event

from api.app import create_app
from schema.async_engine import async_engine
from tests.api.conftest import JSON, Api


class Standing:
    """An application that stays up, and counts what it asks the database for."""

    def __init__(self, api, redis_url=""):
        self.engine = async_engine(api.url)
        self.statements = Counter()
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._note)
        self._app = create_app(Api(self.engine, redis_url=redis_url).settings, engine=self.engine)
        self._transport = httpx.ASGITransport(self._app, client=("127.0.0.1", 1))

    def _note(self, connection, cursor, statement, *_):
        self.statements["look" if "FROM film_changes" in statement else "read"] += 1

    async def __aenter__(self):
        self._life = self._app.router.lifespan_context(self._app)
        await self._life.__aenter__()
        self._http = httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1")
        return self

    async def __aexit__(self, *_):
        await self._http.aclose()
        await self._life.__aexit__(None, None, None)
        await self.engine.dispose()

    async def ask(self, query, headers=None, **variables):
        body = json.dumps({"query": query, "variables": variables})
        return await self._http.post("/graphql", content=body, headers={**JSON, **(headers or {})})

    async def get(self, query, headers=None):
        return await self._http.get("/graphql", params={"query": query}, headers=headers)

    async def read(self, *args, **kwargs):
        """The answer, and whether anything but a look at stamps was needed for it."""
        before = self.statements["read"]
        answer = await self.ask(*args, **kwargs)
        return answer.json(), self.statements["read"] > before


def standing(api, work, **how):
    """What `work(standing application)` comes to."""

    async def run():
        async with Standing(api, **how) as app:
            return await work(app)

    return asyncio.run(run())
