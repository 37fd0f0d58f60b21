"""Shows how far a run is, until it is over."""

import time
from collections.abc import Callable

from cli.output import progress
from schema.engine import engine
from schema.insights import runs
from schema.insights.runs import RunRow

_POLL_SECONDS = 0.5


def follow(run_id: int, tend: Callable[[], None] = lambda: None) -> RunRow:
    """The run when it is over; meanwhile a bar a step, or lines. Calls `tend` at every look."""
    with progress() as update:
        while True:
            tend()
            with engine().connect() as connection:
                run = runs.by_id(connection, run_id)
                if run is None:
                    raise LookupError(f"run {run_id} was deleted")
                for step in runs.progress(connection, run):
                    if step.status != "pending":
                        update(step.name, step.done, step.total)
            if run.over:
                return run
            time.sleep(_POLL_SECONDS)
