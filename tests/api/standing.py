"""An application that stays up while its database changes."""

import asyncio
import json
from collections import Counter
from contextlib import AsyncExitStack

import httpx

from api.app import create_app
from schema.async_engine import async_engine
from tests.api.conftest import JSON, Api
from tests.api.statements import heard


class Standing:
    """An application that stays up, and counts what it asks the database for."""

    def __init__(self, api, redis_url=""):
        self.engine = async_engine(api.url)
        self.statements = Counter()
        self._app = create_app(Api(self.engine, redis_url=redis_url).settings, engine=self.engine)
        self._transport = httpx.ASGITransport(self._app, client=("127.0.0.1", 1))

    def _note(self, statement):
        self.statements["look" if "FROM film_changes" in statement else "read"] += 1

    async def __aenter__(self):
        self._life = AsyncExitStack()
        self._life.push_async_callback(self.engine.dispose)
        await self._life.enter_async_context(heard(self.engine, self._note))
        await self._life.enter_async_context(self._app.router.lifespan_context(self._app))
        http = httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1")
        self._http = await self._life.enter_async_context(http)
        return self

    async def __aexit__(self, *_):
        await self._life.aclose()

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
