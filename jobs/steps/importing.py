"""Step "import": takes in the export that a signed-in member handed in over the API."""

import json
import sys
import tempfile
from pathlib import Path

from jobs import child, stopping
from jobs.failures import CrawlInterrupted, Hopeless
from jobs.queues import SYNC
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.insights import runs as looking
from schema.settings import Settings
from schema.store import steps
from schema.store.steps import Step

_SECONDS = 600  # an export of 10,000 films takes 3; this is below the limit of the queue's jobs


def work(step: Step) -> dict:
    """Imports the upload in a process of its own, and removes it.

    An export that cannot be used is no failed attempt: the report names file and line, and nothing has changed.
    """
    upload = Settings.from_environment().uploads_path / step.arguments["upload"]
    report = step.detail  # of an attempt that was cut off between its end and ours
    if not report:
        report = _import(upload, step)
        with engine().begin() as connection:
            steps.note(connection, step, report)
    upload.unlink(missing_ok=True)
    return report


def _import(upload: Path, step: Step) -> dict:
    if not upload.exists():
        raise Hopeless("the upload is gone, or elsewhere: API and workers must share ALMANAC_HOME")
    with engine().connect() as connection:
        who = looking.handed_in(connection, step.run_id)
    if who is None:
        raise Hopeless("the member is not known here any more")
    with tempfile.TemporaryDirectory(prefix="almanac-import-") as folder:
        path = Path(folder) / "report.json"
        given = [str(upload), who.username, step.arguments["name"], str(who.account_id), str(path)]
        ended = child.run([sys.executable, "-m", "crawler.upload", *given], {}, seconds=_SECONDS, echo=True)
        if ended.code == 0:
            return json.loads(path.read_text())
    if stopping.requested():
        raise CrawlInterrupted
    # Its last words may be about our tables and paths; members read this.
    raise RuntimeError(f"the import ended with code {ended.code}; the worker's log says why")


def verdict(done: list[Step]) -> str | None:
    """A refused export ends the run as failed."""
    return next((part.detail["refused"]["message"] for part in done if "refused" in part.detail), None)


STEP = StepKind(SYNC, work, verdict)
