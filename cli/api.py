"""`almanac api`: serves the web application in the foreground."""

import asyncio
import errno
import gc
import os
import socket
from dataclasses import replace

import click
import uvicorn

from cli import dealing, services
from cli.children import Children
from schema import engine, migrate
from schema.settings import Settings

_GRACE_SECONDS = 5
_START_SECONDS = 60.0
_MAX_MESSAGE_BYTES = 200_000  # on a websocket: a query of 20,000 characters, and its variables
_MOST_CONNECTIONS = 2_000  # more are answered 503: a process has so many file descriptors


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on; 0 for any free."
)
@click.option(
    "--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="How many share the work: one a core."
)
@click.option("--listener", type=int, hidden=True, help="The file number of a socket that listens already.")
@click.option("--channel", type=int, hidden=True, help="The file number of a socket that brings its connections.")
@click.pass_context
def api(ctx: click.Context, host: str, port: int, processes: int, listener: int | None, channel: int | None) -> None:
    """Serve GraphQL, its editor and the RQ dashboard until Ctrl-C or SIGTERM.

    Uses DATABASE_URL and REDIS_URL, or the embedded servers where these are unset. Says `api listening on …`
    as soon as it answers. Without Redis it still answers queries.

    Example: almanac api --port 8080
    """
    redis_is_named = bool(Settings.from_environment().redis_url)
    debug = ctx.find_root().params.get("debug", False)
    with (
        _listen(host, port) if listener is None else socket.socket(fileno=listener) as listening,
        services.running(redis=not redis_is_named) as urls,
    ):
        settings = Settings.from_environment(os.environ | urls)
        if processes > 1:
            _share(processes, listening, urls, debug=debug)
        _check_migrated(settings)
        settings = replace(settings, public_url=settings.public_url or _address(listening))
        _serve(settings, listening, channel, verbose=debug)


def _share(processes: int, listening: socket.socket, urls: services.Urls, *, debug: bool) -> None:
    """Has several processes serve a socket's connections in turn; ends when one of them does."""
    command = ["-m", "cli", *(["--debug"] if debug else []), "api", "--listener", str(listening.fileno()), "--channel"]
    ours, theirs = zip(*(socket.socketpair(type=socket.SOCK_DGRAM) for _ in range(processes)), strict=True)
    with Children(lambda name, line: click.echo(f"{name} | {line}")) as children:
        for number, end in enumerate(theirs, 1):
            files = [listening.fileno(), end.fileno()]
            child = children.start(f"api {number}", *command, str(end.fileno()), environment=urls, pass_fds=files)
            child.wait_for("listening on", _START_SECONDS)
            end.close()
        dealing.deal(listening, ours)
        click.echo(f"api listening on {_address(listening)}")
        children.watch()


def _check_migrated(settings: Settings) -> None:
    database = engine.engine(engine.database_url(settings))
    engine.check(database)
    current = migrate.current(database)
    database.dispose()
    if current != migrate.head():
        found = f"at revision {current}" if current else "empty"
        raise click.ClickException(f"the database is {found}, this version needs {migrate.head()}: run almanac migrate")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "it is in use; choose another with --port"
        else:
            reason = str(error.strerror).partition(" (while")[0]
        raise click.ClickException(f"cannot listen on {host} port {port}: {reason}") from None


def _serve(settings: Settings, listener: socket.socket, channel: int | None, *, verbose: bool) -> None:
    from api.app import create_app

    config = uvicorn.Config(
        create_app(settings),
        server_header=False,
        access_log=verbose,
        log_level="info" if verbose else "warning",
        # Whoever is not named could say that it asks for anybody.
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=settings.proxies,
        ws="websockets-sansio",
        ws_max_size=_MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # a small message must not become a large one
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    Server(config, channel).run(sockets=[listener])


class Server(uvicorn.Server):
    """Says where it listens once it does. With a `channel`, a file number, somebody else takes the connections."""

    def __init__(self, config: uvicorn.Config, channel: int | None = None) -> None:
        super().__init__(config)
        self._channel = None if channel is None else socket.socket(fileno=channel)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets if self._channel is None else [])
        if self._channel is not None:
            self._no_more = dealing.take(self._channel, self._protocol)
        gc.freeze()  # what is loaded by now stays; without this the collector walks it again and again
        for listener in sockets or []:
            click.echo(f"api listening on {_address(listener)}")

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._channel is not None:
            self._no_more()
        await super().shutdown(sockets)

    def _protocol(self) -> asyncio.Protocol:
        state = {"server_state": self.server_state, "app_state": self.lifespan.state}
        return self.config.http_protocol_class(config=self.config, **state)


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
