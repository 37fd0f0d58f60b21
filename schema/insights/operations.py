"""How the instance does as a whole, in numbers that tell nothing of members or cohorts."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from schema.insights.enrichment import num_by_status
from schema.insights.hosts import HostRow, withheld


@dataclass(frozen=True, slots=True)
class Operations:
    """All counts of one moment.

    `requests` are those of the ledger, with bytes, by host and outcome; `runs` are counted by kind and status,
    `enrichment` entries by kind and status; `withheld` hosts are paused or want quiet.
    """

    requests: dict[tuple[str, str], tuple[int, int]]
    runs: dict[tuple[str, str], int]
    enrichment: dict[str, dict[str, int]]
    withheld: list[HostRow]


def operations(connection: Connection) -> Operations:
    """The counts as they are now."""
    requests = connection.execute(
        text("SELECT host, outcome, sum(requests), sum(bytes) FROM crawl_requests GROUP BY host, outcome")
    )
    runs = connection.execute(text("SELECT kind, status, count(*) FROM sync_runs GROUP BY kind, status"))
    return Operations(
        {(host, outcome): (int(number), int(size)) for host, outcome, number, size in requests},
        {(kind, status): number for kind, status, number in runs},
        num_by_status(connection),
        withheld(connection),
    )
