"""Runs one spider in a process of its own, and brings back its report."""

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from jobs import stopping
from jobs.failures import CrawlFailed, CrawlInterrupted, CrawlPaused, CrawlRefused
from jobs.queues import CRAWL_SECONDS, GRACE_SECONDS
from schema.settings import REPOSITORY

_POLL_SECONDS = 0.25
_NAME = re.compile(r"[a-z_]{1,40}")
_OUT_OF_TIME = {"closespider_timeout", "shutdown"}  # Scrapy's words for its own limit and for SIGTERM
_VALUE = re.compile(r"[A-Za-z0-9_,.:/-]{1,100000}")


@dataclass(frozen=True, slots=True)
class Report:
    """What a spider says of itself. `errors` are lines, `refused` why somebody said no, `paused` "HOST: why"."""

    spider: str
    reason: str
    requests: int
    items: int
    bytes: int
    errors: list[str]
    refused: str | None
    paused: str | None

    def unread(self, kind: str) -> dict[str, str]:
        """Members whose listing of `kind` could not be read, and why."""
        start = f"{kind} of "
        found = (line.removeprefix(start).partition(": ") for line in self.errors if line.startswith(start))
        return {username: reason for username, _, reason in found}


def is_missing(reason: str) -> bool:
    """Whether a member's listing was unread because the upstream knows no such member."""
    return reason.startswith("missing page")


def crawl(
    spider: str, arguments: Mapping[str, str | int], *, seconds: float = CRAWL_SECONDS, echo: bool = False
) -> Report:
    """The report of `scrapy crawl spider -a …`, which finished.

    It is asked to stop after `seconds`, or when our worker stops, and killed when it does not. `echo` passes
    its log on to stderr. Raises CrawlInterrupted, CrawlRefused, CrawlPaused or CrawlFailed.
    """
    command = _command(spider, arguments, seconds)
    with tempfile.TemporaryDirectory(prefix="almanac-crawl-") as folder:
        path = Path(folder) / "report.json"
        # No session of its own: RQ ends a work-horse by its process group, and the spider goes with it.
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            env={**os.environ, "ALMANAC_CRAWL_REPORT": str(path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        log = _Log(process, echo=echo)
        try:
            _wait(process, seconds)
        finally:
            _stop(process)
            log.join(timeout=5)
        return _judge(spider, process.returncode, _read(path), log.last_line)


def _command(spider: str, arguments: Mapping[str, str | int], seconds: float) -> list[str]:
    if not _NAME.fullmatch(spider):
        raise ValueError(f"{spider!r} is not the name of a spider")
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    for name, value in arguments.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(str(value)):
            raise ValueError(f"spider {spider}: argument {name}={str(value)[:80]!r} is not allowed")
        command += ["-a", f"{name}={value}"]
    # Scrapy's own end, in order, comes before ours by signal.
    return [*command, "-s", f"CLOSESPIDER_TIMEOUT={seconds * 0.95:.0f}"]


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Returns when the process has ended, or should."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and not stopping.requested() and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)


def _stop(process: subprocess.Popen[str]) -> None:
    """SIGTERM, not SIGINT, which work-horses and so their children ignore; then no more asking."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except BaseException:
        process.kill()
        raise


def _read(path: Path) -> Report | None:
    try:
        written = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return Report(**{field.name: written[field.name] for field in fields(Report)})


def _judge(spider: str, code: int, report: Report | None, last_line: str) -> Report:
    if report and report.refused:
        raise CrawlRefused(report.refused)
    if report and report.paused:
        host, _, reason = report.paused.partition(": ")
        raise CrawlPaused(host, reason)
    if report and report.reason == "finished":
        return report
    if stopping.requested() or (report and report.reason in _OUT_OF_TIME and report.items):
        raise CrawlInterrupted
    if report:
        raise CrawlFailed(f"spider {spider}: {report.reason}")
    end = f"was killed by signal {-code}" if code < 0 else f"ended with code {code} and without a report"
    raise CrawlFailed(f"spider {spider} {end}" + (f": {last_line}" if last_line else ""))


class _Log(threading.Thread):
    """Drains a process' stderr, and remembers the last line for the case that it says nothing else."""

    def __init__(self, process: subprocess.Popen[str], *, echo: bool) -> None:
        super().__init__(daemon=True)
        self.last_line = ""
        self._process = process
        self._echo = echo
        self.start()

    def run(self) -> None:
        with self._process.stderr as lines:
            for line in lines:
                self.last_line = line.strip() or self.last_line
                if self._echo:
                    sys.stderr.write(line)
