"""Ending signals: exceptions, once, and never in the middle of what must be finished."""

import os
import signal
from collections.abc import Iterator

import pytest

from cli import signals


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    signals.install()
    yield
    for signum, handler in before.items():
        signal.signal(signum, handler)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_becomes_an_exception_that_knows_its_exit_code(signum: int, code: int) -> None:
    with pytest.raises(KeyboardInterrupt) as caught:
        os.kill(os.getpid(), signum)
    assert signals.exit_code(caught.value) == code


def test_a_second_signal_at_once_does_not_interrupt_the_unwinding() -> None:
    with pytest.raises(signals.Terminated):
        os.kill(os.getpid(), signal.SIGTERM)
    os.kill(os.getpid(), signal.SIGINT)


def test_ignored_signals_stay_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signals.install()
    os.kill(os.getpid(), signal.SIGHUP)


def test_signals_held_back_arrive_after_the_block() -> None:
    finished = False
    with pytest.raises(signals.Terminated), signals.held_back():
        os.kill(os.getpid(), signal.SIGTERM)
        finished = True
    assert finished
