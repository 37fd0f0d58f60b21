"""The application over a filled database, asked in process through its own ASGI interface."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine

from api.app import create_app
from schema.async_engine import async_engine
from schema.settings import Settings
from tests.api.both_ways import BothWays
from tests.api.people import Person, person
from tests.api.server import served
from tests.api.statements import heard
from tests.api.world import World, build

Client = httpx.AsyncClient
JSON = {"content-type": "application/json"}
BOTH_WAYS = BothWays()


class Answer(dict):
    """A GraphQL answer, and the statements that were run for it."""

    statements: list[str]

    @property
    def codes(self) -> list[str]:
        """`extensions.code` of each error."""
        return [error["extensions"]["code"] for error in self.get("errors", [])]


class Api:
    """Asks a fresh application with a cold pool each time."""

    def __init__(self, engine: Engine, redis_url: str = "", **settings: str) -> None:
        self.url = engine.url
        url = engine.url.render_as_string(hide_password=False)
        self.settings = Settings(database_url=url, redis_url=redis_url, **settings)

    def use(self, work: Callable[[Client], Awaitable[Any]], client: tuple[str, int] = ("127.0.0.1", 1)) -> Any:
        """What `work` makes of an HTTP client of the running application."""

        async def run() -> Any:
            app = create_app(self.settings)
            transport = httpx.ASGITransport(app, client=client)
            async with (
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http,
            ):
                return await work(http)

        return asyncio.run(run())

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """The answer to one GET."""
        return self.use(lambda http: http.get(path, **kwargs))

    def ask(self, query: str, *, headers: Mapping[str, str] = MappingProxyType({}), **variables: Any) -> Answer:
        """The answer to a GraphQL query."""

        async def run() -> Answer:
            statements: list[str] = []
            engine = async_engine(self.url)
            app = create_app(self.settings, engine=engine)
            transport = httpx.ASGITransport(app)
            async with (
                heard(engine, lambda statement: BOTH_WAYS.again or statements.append(statement)),
                app.router.lifespan_context(app),
                httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as http,
            ):
                body = json.dumps({"query": query, "variables": variables})
                response = await http.post("/graphql", content=body, headers={**JSON, **headers})
            await engine.dispose()
            answer = Answer(response.json())
            answer.statements = statements
            return answer

        return asyncio.run(run())

    def data(self, query: str, *, headers: Mapping[str, str] = MappingProxyType({}), **variables: Any) -> Any:
        """The data of an answer that must hold no error."""
        answer = self.ask(query, headers=headers, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture(scope="session", autouse=True)
def _both_ways() -> Iterator[None]:
    with BOTH_WAYS.watching():
        yield


@pytest.fixture(autouse=True)
def both_ways_agree() -> Iterator[None]:
    """Every query of every test here is completed in our way and in the library's, with the same outcome."""
    BOTH_WAYS.differences.clear()
    yield
    assert BOTH_WAYS.differences == []


@pytest.fixture(scope="module")
def world(database: Engine) -> World:
    """What the module's database holds."""
    return build(database)


@pytest.fixture(scope="module")
def api(database: Engine, world: World) -> Iterator[Api]:
    """The application over that database."""
    return Api(database)


@pytest.fixture(scope="module")
def ada(database: Engine, world: World) -> Person:
    """Somebody with an account, a key and a private cohort."""
    return person(database, world, "ada")


@pytest.fixture(scope="module")
def eve(database: Engine, world: World) -> Person:
    """Somebody else, with the same of their own."""
    return person(database, world, "eve")


@pytest.fixture(scope="module")
def server(database: Engine, world: World) -> Iterator[str]:
    """The address of the application, run by uvicorn over that database."""
    with served(Api(database).settings) as address:
        yield address
