"""A host on this machine that says what a test wants it to say, and remembers what it was asked."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Site(ThreadingHTTPServer):
    """A host whose answers are given by path, and which remembers what it was asked and who connected."""

    daemon_threads = True

    def __init__(self, pages=()):
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages, self.asked, self.connections = dict(pages), [], 0
        self.url = f"http://127.0.0.1:{self.server_port}"

    def get_request(self) -> tuple[socket.socket, object]:
        self.connections += 1
        return super().get_request()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        status, headers, body = self.server.pages.get(self.path, (404, {}, ""))
        self.send_response(status)
        for name, value in {"content-type": "text/html;charset=UTF-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(*sites: Site) -> Iterator[None]:
    for site in sites:
        threading.Thread(target=site.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        for site in sites:
            site.shutdown()
            site.server_close()
