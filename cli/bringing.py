"""Runs that a command asks for: opened once, worked on, and followed to their end."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Connection

from cli.children import Children
from cli.output import print_json, say
from cli.progress import follow
from jobs import chain
from jobs.queues import connect, living_workers
from schema.engine import engine
from schema.settings import Settings
from schema.store.runs import RunInProgress

_LOOK_SECONDS = 5.0  # between two looks for a living worker

no_wait_option = click.option("--no-wait", is_flag=True, help="Only ask for it; workers do it.")


def bring_about(opening: Callable[[Connection], int], *, no_wait: bool, as_json: bool) -> None:
    """Opens a run with `opening`, or goes on with one that was left half-way, and follows it to its end.

    When no worker is running, one is started for it. Raises ClickException when the run does not succeed, or when
    another holds its cohort.
    """
    bring_all_about([opening], no_wait=no_wait, show=lambda runs: print_json(runs[0]) if as_json else None)


def bring_all_about(
    openings: Sequence[Callable[[Connection], int]], *, no_wait: bool, show: Callable[[list[dict[str, Any]]], None]
) -> None:
    """Does so for several runs, all of them open before the first is followed; one that fails stops no other.

    `show` gets them when they are over, or with `no_wait` their ids.
    """
    ids = []
    for opening in openings:
        ids.append(_open(opening))
        chain.advance(ids[-1])
    if no_wait:
        for run_id in ids:
            say(f"run {run_id} is queued; `almanac runs show {run_id}` says how far it is")
        show([{"id": run_id} for run_id in ids])
        return
    with own_worker_if_none() as tend:
        runs = [follow(run_id, tend) for run_id in ids]
    show([asdict(run) for run in runs])
    for run in runs:
        if run.status == "succeeded":
            say(f"run {run.id} succeeded in {run.seconds:.1f} s")
    failed = [
        f"run {run.id} {run.status}: {run.error or 'no reason given'}" for run in runs if run.status != "succeeded"
    ]
    if failed:
        raise click.ClickException("; ".join(failed))


def _open(opening: Callable[[Connection], int]) -> int:
    try:
        with engine().begin() as connection:
            return opening(connection)
    except RunInProgress as busy:
        if busy.paused:
            raise click.ClickException(str(busy)) from None
        if living_workers(connect()):
            raise click.ClickException(f"{busy}: see `almanac runs show {busy.run_id}`") from None
        say(f"run {busy.run_id} was left half-way: going on with it")
        return busy.run_id


@contextmanager
def own_worker_if_none() -> Iterator[Callable[[], None]]:
    """Yields a function to be called now and then: it starts a worker of ours as soon as no other lives."""
    log = Settings.from_environment().home_path / "log" / "worker.log"
    looked = float("-inf")

    def tend() -> None:
        nonlocal looked
        if children:
            children.check()
        elif time.monotonic() - looked > _LOOK_SECONDS:
            looked = time.monotonic()
            if not living_workers(connect()):
                say(f"no worker is running: starting one (its log: {log})")
                children.start("worker", "-m", "cli", "worker")

    with Children(into(log)) as children:
        yield tend


def into(log: Path) -> Callable[[str, str], None]:
    """A place for children's lines: a file, begun anew."""
    log.parent.mkdir(parents=True, exist_ok=True)
    file = log.open("w", buffering=1)
    return lambda name, line: print(f"{name} | {line}", file=file)
