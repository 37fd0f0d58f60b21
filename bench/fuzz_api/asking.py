"""Asks the application in process: by POST, by GET, and over a websocket."""

import asyncio
import json
import logging
import random
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from api.app import create_app
from bench.fuzz_api.operations import Operation
from bench.fuzz_api.tenants import Role
from schema.settings import Settings

_JSON = {"content-type": "application/json"}
_SOCKET_SECONDS = 10.0
_LOGS = ("api", "asyncio", "psycopg", "sqlalchemy")  # whoever notes what no answer tells, such as a lost connection
# Per cent; what comes by a way that is not for it must be refused.
_WAYS = {
    "query": {"POST": 85, "GET": 12, "websocket": 3},
    "mutation": {"POST": 95, "GET": 2, "websocket": 3},
    "subscription": {"POST": 8, "GET": 2, "websocket": 90},
}


@dataclass(frozen=True)
class Answer:
    """What came back; `log` is what the application noted of errors meanwhile."""

    way: str
    status: int
    text: str
    body: Any
    log: str

    @property
    def data(self) -> Any:
        """The data of the answer, if it has any."""
        return self.body.get("data") if isinstance(self.body, dict) else None

    @property
    def codes(self) -> list[str]:
        """`extensions.code` of each error, "" where there is none."""
        errors = self.body.get("errors") if isinstance(self.body, dict) else None
        return [_code(error) for error in errors] if isinstance(errors, list) else []

    @property
    def outcome(self) -> str:
        """ "answered", or the code of its first error."""
        return self.codes[0] if self.codes else "answered"


class Asker:
    """A client of one application."""

    def __init__(self, app: Starlette, http: httpx.AsyncClient, chance: random.Random) -> None:
        self._app, self._http, self._chance = app, http, chance
        self._log = _Log()

    @classmethod
    @asynccontextmanager
    async def over(cls, settings: Settings, chance: random.Random) -> AsyncIterator["Asker"]:
        """A client of a new application, while the block lasts."""
        app = create_app(settings)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=60) as http,
        ):
            asker = cls(app, http, chance)
            for name in _LOGS:
                logging.getLogger(name).addHandler(asker._log)
            yield asker
            for name in _LOGS:
                logging.getLogger(name).removeHandler(asker._log)

    async def ask(self, operation: Operation, role: Role) -> Answer:
        """What the application says to an operation."""
        self._log.lines.clear()
        ways = _WAYS[operation.kind]
        way = self._chance.choices(list(ways), list(ways.values()))[0]
        try:
            status, text = await (
                self._over_socket(operation, role) if way == "websocket" else self._sent(operation, role, way)
            )
        except (Exception, asyncio.CancelledError):  # whatever the application lets out is what is looked for
            if asyncio.current_task().cancelling():  # this was meant for us
                raise
            status, text = 500, ""
            self._log.lines.append(traceback.format_exc()[-3000:])
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        return Answer(way, status, text, body, "\n".join(self._log.lines)[-4000:])

    async def _sent(self, operation: Operation, role: Role, way: str) -> tuple[int, str]:
        asked = {"query": operation.document, "variables": operation.variables, "operationName": operation.name}
        if way == "POST":
            found = await self._http.post("/graphql", content=json.dumps(asked), headers=_JSON | role.headers)
        else:
            asked["variables"] = json.dumps(operation.variables)
            sent = {name: value for name, value in asked.items() if value is not None}
            query = urlencode(sent, errors="surrogatepass")
            headers = {"accept": "application/json", **role.headers}
            found = await self._http.get(f"/graphql?{query}", headers=headers)
        return found.status_code, found.text

    async def _over_socket(self, operation: Operation, role: Role) -> tuple[int, str]:
        """The first answer over a websocket; what follows is not waited for."""
        payload = {"query": operation.document, "variables": operation.variables, "operationName": operation.name}
        sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        for message in (
            {"type": "websocket.connect"},
            _text({"type": "connection_init", "payload": {}}),
            _text({"type": "subscribe", "id": "1", "payload": payload}),
        ):
            sent.put_nowait(message)
        headers = [
            (name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8000", **role.headers}.items()
        ]
        scope = {
            "type": "websocket",
            "path": "/graphql",
            "raw_path": b"/graphql",
            "root_path": "",
            "scheme": "ws",
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8000),
            "subprotocols": ["graphql-transport-ws"],
        }
        running = asyncio.ensure_future(self._app(scope, sent.get, told.put))
        try:
            async with asyncio.timeout(_SOCKET_SECONDS):
                return await self._first(running, told)
        finally:
            sent.put_nowait(_text({"type": "complete", "id": "1"}))
            sent.put_nowait({"type": "websocket.disconnect", "code": 1000})
            await asyncio.wait_for(running, _SOCKET_SECONDS)

    async def _first(self, running: asyncio.Future, told: asyncio.Queue) -> tuple[int, str]:
        while True:
            next_one = asyncio.ensure_future(told.get())
            await asyncio.wait({running, next_one}, return_when=asyncio.FIRST_COMPLETED)
            if not next_one.done():
                next_one.cancel()
                running.result()
                return 200, json.dumps({"errors": [{"message": "gone", "extensions": {"code": "GONE"}}]})
            message = next_one.result()
            if message["type"] == "websocket.close":
                code = message.get("code")
                return 200, json.dumps({"errors": [{"message": str(code), "extensions": {"code": f"CLOSED {code}"}}]})
            said = json.loads(message["text"]) if "text" in message else {}
            if said.get("type") == "next":
                return 200, json.dumps(said["payload"])
            if said.get("type") == "error":
                return 200, json.dumps({"data": None, "errors": said["payload"]})
            if said.get("type") == "complete":
                return 200, json.dumps({"data": None})


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or not record.name.startswith("api"):
            self.lines.append(logging.Formatter().format(record))


def _text(message: Any) -> dict[str, str]:
    return {"type": "websocket.receive", "text": json.dumps(message)}


def _code(error: Any) -> str:
    found = (error.get("extensions") or {}).get("code") if isinstance(error, dict) else None
    return found if isinstance(found, str) else ""
