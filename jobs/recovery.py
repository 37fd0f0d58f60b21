"""Finds open runs that nobody works on, because their worker died or Redis lost their go, and forgotten uploads."""

from jobs import chain
from schema.engine import engine
from schema.settings import Settings
from schema.store import runs, syncs, uploads


def recover() -> None:
    """Sends a go for every part of an open run that no living process has claimed and no go waits for.

    Uploads for which no run waits are removed: personal data is not to lie about.
    """
    with engine().connect() as connection:
        found = runs.open_runs(connection)
        awaited = syncs.uploads_awaited(connection)
    uploads.sweep(Settings.from_environment().uploads_path, awaited)
    for run_id in found:
        # RQ goes on believing in a job whose worker was killed; a claim ends with its process.
        chain.advance(run_id, started=False)
