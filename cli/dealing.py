"""Deals connections out to processes in turn: left to themselves, the first to wake takes all that wait.

Clients keep their connections, so what is unfair when they open stays so: with ten of them one process of two was
idle now and then, and the other's answers took twice as long.
"""

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Callable, Sequence

_PAUSE_SECONDS = 0.05  # before the next try where no connection can be had, or nobody takes one


def deal(listener: socket.socket, channels: Sequence[socket.socket]) -> None:
    """Sends each connection that `listener` gets through the next of `channels`, for as long as the process lives."""
    threading.Thread(target=_deal, args=(listener, channels), daemon=True).start()


def _deal(listener: socket.socket, channels: Sequence[socket.socket]) -> None:
    turns = itertools.cycle(channels)
    while listener.fileno() >= 0:
        try:
            connection, _ = listener.accept()
        except OSError:  # no more files, or the client has gone again
            time.sleep(_PAUSE_SECONDS)
            continue
        with connection:
            while not _send(next(turns), connection):
                time.sleep(_PAUSE_SECONDS)


def _send(channel: socket.socket, connection: socket.socket) -> bool:
    try:
        socket.send_fds(channel, [b"c"], [connection.fileno()], socket.MSG_DONTWAIT)
    except OSError:  # too much waits there; a process that has ended is noticed by who watches it
        return False
    return True


def take(channel: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> Callable[[], None]:
    """Has the running loop serve connections from `channel`, until what is returned is called."""
    loop = asyncio.get_running_loop()
    opening = set()

    def arrived() -> None:
        _, files, _, _ = socket.recv_fds(channel, 1, 1)
        for file in files:
            connection = socket.socket(fileno=file)
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = loop.create_task(loop.connect_accepted_socket(protocol, connection))
            opening.add(task)
            task.add_done_callback(opening.discard)

    channel.setblocking(False)
    loop.add_reader(channel, arrived)
    return lambda: loop.remove_reader(channel)
