"""Runs one spider in a process of its own, and brings back its report."""

import json
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from jobs import child, stopping
from jobs.failures import CrawlFailed, CrawlInterrupted, CrawlPaused, CrawlRefused
from jobs.queues import CRAWL_SECONDS

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
        ended = child.run(command, {"ALMANAC_CRAWL_REPORT": str(path)}, seconds=seconds, echo=echo)
        return _judge(spider, ended, _read(path))


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


def _read(path: Path) -> Report | None:
    try:
        written = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return Report(**{field.name: written[field.name] for field in fields(Report)})


def _judge(spider: str, ended: child.Ended, report: Report | None) -> Report:
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
    raise CrawlFailed(f"spider {spider} {ended.told}")
