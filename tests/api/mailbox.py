"""A mail server that nobody here wrote, which keeps what it was given."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller


class Mailbox:
    """Letters as (sender, recipients, text), and the URL of the server."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], str]] = []
        self.url = ""

    def letter(self, seconds: float = 10) -> str:
        """The text of the first letter, waited for: it leaves after the page that says so."""
        deadline = time.monotonic() + seconds
        while not self.letters:
            assert time.monotonic() < deadline, "no letter came"
            time.sleep(0.02)
        return self.letters[0][2]

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@contextmanager
def receiving() -> Iterator[Mailbox]:
    """A mail server on this machine while the block lasts."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    server.stop()


def link(letter: str) -> str:
    """The path of the sign-in link in a letter."""
    return re.search(r"http://127\.0\.0\.1:8000(/sign-in/\S+)", letter)[1]
