"""The chain of a sync: does one part, records what came of it, and sends what comes next."""

import logging

from jobs import enqueue
from jobs.failures import CrawlInterrupted, CrawlPaused, Hopeless
from jobs.queues import connect
from jobs.steps import STEPS
from schema.engine import engine
from schema.store import hosts, runs, steps
from schema.store.steps import MAX_ATTEMPTS, Step
from schema.store.syncs import ORDER

logger = logging.getLogger(__name__)

_OPEN = {"queued", "running"}
# Before the second and the third attempt: long enough for a hiccup, then for a restart upstream.
_RETRY_SECONDS = {2: 30, 3: 150}
_LONGEST_ERROR = 500


def advance(run_id: int, *, started: bool = True) -> None:
    """Sends a go for every part that can be worked on and is not, or ends the run.

    `started` trusts RQ about which parts a worker has taken; without it only a living claim counts.
    """
    with engine().begin() as connection:  # one at a time a run: the second finds what the first has sent
        if runs.hold(connection, run_id) not in _OPEN:
            return
        planned = steps.of_run(connection, run_id)
        for name in ORDER:
            parts = [part for part in planned if part.name == name]
            if not parts:
                continue
            if any(part.status != "succeeded" for part in parts):
                _send(parts, steps.claims(connection, run_id), started=started)
                return
            problem = STEPS[name].verdict(parts)
            if problem:
                runs.finish(connection, run_id, "failed", f"{name}: {problem}")
                return
        runs.finish(connection, run_id, "succeeded")


def _send(parts: list[Step], claims: set[tuple[str, int]], *, started: bool) -> None:
    redis = connect()
    going = enqueue.under_way(redis, started=started)
    for part in parts:
        key = (part.name, part.part)
        if part.status in {"pending", "running"} and key not in claims and (part.run_id, *key) not in going:
            on = STEPS[part.name].queue
            enqueue.work(redis, on, part.run_id, part.name, part.part, part.next_attempt)


def work(run_id: int, name: str, part: int, attempt: int) -> None:
    """One attempt at one part. A go that comes late or twice finds nothing to do.

    A failure is recorded, sent again later or, at the last attempt, ends the run; then it is raised, so that
    RQ's dashboard shows it.
    """
    failure = None
    with steps.claimed(engine(), run_id, name, part) as ours:
        step = _start(run_id, name, part, attempt) if ours else None
        if step is None:
            return
        logger.info("run %d: %s %d begins, attempt %d", run_id, name, part, attempt)
        try:
            detail = STEPS[name].work(step)
        except CrawlInterrupted:
            logger.info("run %d: %s %d interrupted, it will go on", run_id, name, part)
            with engine().begin() as connection:
                steps.release(connection, step)
        except CrawlPaused as pause:
            logger.info("run %d: %s %d ends here: %s", run_id, name, part, pause)
            _put_aside(step, pause)
        except Exception as error:
            failure = error
            _fail(step, error)
        else:
            with engine().begin() as connection:
                steps.finish(connection, step, detail)
            logger.info("run %d: %s %d done", run_id, name, part)
    if failure:
        raise failure
    advance(run_id)  # after the claim is given back: a part put back can be taken at once


def lost(run_id: int, name: str, part: int, attempt: int, reason: str) -> None:
    """Counts an attempt whose process was killed, if it has not reported by itself."""
    with steps.claimed(engine(), run_id, name, part) as ours:
        step = _start(run_id, name, part, attempt) if ours else None
        if step:
            _fail(step, RuntimeError(reason))


def _start(run_id: int, name: str, part: int, attempt: int) -> Step | None:
    with engine().begin() as connection:
        return steps.start(connection, run_id, name, part, attempt)


def _put_aside(step: Step, pause: CrawlPaused) -> None:
    """Pauses part and run, unless the host has been resumed meanwhile: then the part goes on at once."""
    with engine().begin() as connection:
        if hosts.pause_reason(connection, pause.host):
            steps.pause(connection, step, str(pause))
        else:
            steps.release(connection, step)


def resume(host: str | None = None) -> list[int] | None:
    """Lifts the pause of `host` (None: the pause of all), and has all paused runs go on; returns those.

    None when there was no such pause.
    """
    with engine().begin() as connection:
        resumed = runs.lift_pause(connection, host or hosts.EVERYWHERE)
    for run_id in resumed or ():
        advance(run_id)
    return resumed


def _fail(step: Step, error: Exception) -> None:
    final = isinstance(error, Hopeless) or step.attempts >= MAX_ATTEMPTS
    expected = isinstance(error, RuntimeError) and str(error)
    reason = " ".join((str(error) if expected else f"{type(error).__name__}: {error}").split())[:_LONGEST_ERROR]
    if step.attempts > 1:
        reason += f" (attempt {step.attempts} of {MAX_ATTEMPTS})"
    with engine().begin() as connection:
        steps.fail(connection, step, reason, final=final)
    if not final:
        following = step.attempts + 1
        enqueue.work(
            connect(),
            STEPS[step.name].queue,
            step.run_id,
            step.name,
            step.part,
            following,
            delay=_RETRY_SECONDS[following],
        )
