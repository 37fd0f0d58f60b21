"""Finds open runs that nobody works on: their worker died, or Redis lost their go."""

from jobs import chain
from schema.engine import engine
from schema.store import runs


def recover() -> None:
    """Sends a go for every part of an open run that no living process has claimed and no go waits for."""
    with engine().connect() as connection:
        found = runs.open_runs(connection)
    for run_id in found:
        # RQ goes on believing in a job whose worker was killed; a claim ends with its process.
        chain.advance(run_id, started=False)
