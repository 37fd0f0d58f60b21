"""What RQ calls, by dotted name: plain functions of numbers and words, safe to call twice."""

from jobs import chain, feeds, planner, recovery


def advance(run_id: int) -> None:
    """Enqueues what a run can do next, or ends it."""
    chain.advance(run_id)


def work(run_id: int, name: str, part: int, attempt: int) -> None:
    """Does one part of a step, unless it is being done or has been done."""
    chain.work(run_id, name, part, attempt)


def lost(run_id: int, name: str, part: int, attempt: int, reason: str) -> None:
    """Records that the process which worked on a part was killed."""
    chain.lost(run_id, name, part, attempt, reason)


def recover() -> None:
    """Looks after open runs whose worker died, or whose go was lost."""
    recovery.recover()


def plan() -> None:
    """Opens the syncs that are due."""
    planner.plan()


def read_feeds() -> None:
    """Reads the feeds of members who opted in, those that are due."""
    feeds.read()
