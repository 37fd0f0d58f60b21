"""Accounts for every request: counts and bytes by minute, host, kind, outcome and run."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, text

# (minute, host, kind, outcome, run id or 0) → (requests, bytes)
Entries = Mapping[tuple[datetime, str, str, str, int], tuple[int, int]]


def add(connection: Connection, entries: Entries) -> None:
    """Adds to the ledger; entries of several workers for one minute add up."""
    if not entries:
        return
    connection.execute(
        text(
            "INSERT INTO crawl_requests AS c (minute, host, kind, outcome, run_id, requests, bytes)"
            " VALUES (:minute, :host, :kind, :outcome, :run, :requests, :bytes)"
            " ON CONFLICT (minute, host, kind, outcome, run_id) DO UPDATE"
            " SET requests = c.requests + excluded.requests, bytes = c.bytes + excluded.bytes"
        ),
        [
            {
                "minute": minute,
                "host": host,
                "kind": kind,
                "outcome": outcome,
                "run": run,
                "requests": requests,
                "bytes": size,
            }
            for (minute, host, kind, outcome, run), (requests, size) in sorted(entries.items())
        ],
    )
