"""`almanac runs`: what was done, when, and how it ended."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click

from cli.cohort import find
from cli.output import json_option, print_json, print_rows
from cli.ready import ready
from schema.engine import engine
from schema.insights import completeness
from schema.insights import runs as looking
from schema.insights.completeness import Completeness
from schema.insights.hosts import AlertRow, alerts
from schema.insights.runs import RunRow, StepProgress
from schema.store.listings import WAYS

_HEADINGS = {
    "id": "Id",
    "kind": "Kind",
    "cohort": "Cohort",
    "status": "Status",
    "created_at": "Asked for",
    "seconds": "Seconds",
    "error": "Why",
}


@click.group()
def runs() -> None:
    """List runs, or show one: its steps, what they report, and the requests it made.

    Example: almanac runs list
    """


@runs.command(name="list")
@click.option("--cohort", help="Only those of this cohort (its label or id).")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many, at most.")
@json_option
def list_(cohort: str | None, limit: int, as_json: bool) -> None:
    """List the latest runs, newest first.

    Example: almanac runs list --cohort "Ada's circle" --limit 5
    """
    with ready(redis=False):
        cohort_id = find(cohort).id if cohort else None
        with engine().connect() as connection:
            found = looking.recent(connection, limit, cohort_id)
    print_rows([run_row(run, as_json=as_json) for run in found], _HEADINGS, as_json=as_json)


@runs.command()
@click.argument("run_id", metavar="RUN", type=int)
@json_option
def show(run_id: int, as_json: bool) -> None:
    """Show RUN (its number): its steps, what they report, the requests it made, how complete its reading is.

    Requests per member and per thousand ratings are known when it is over. An alert says that it made more
    than twice as many per member as runs of its kind usually do.

    Example: almanac runs show 7
    """
    with ready(redis=False), engine().connect() as connection:
        run = looking.by_id(connection, run_id)
        if run is None:
            raise click.ClickException(f"no run {run_id}: see `almanac runs list`")
        steps = looking.progress(connection, run)
        by_kind = looking.num_requests(connection, run_id)
        raised = alerts(connection, run_id=run_id)
        whole = completeness.of_run(connection, run_id)
    if as_json:
        parts = {"steps": steps, "alerts": raised}
        listed = {name: [asdict(each) for each in found] for name, found in parts.items()}
        told = {**asdict(whole), "flagged": whole.flagged} if whole else None
        print_json({**run_row(run, as_json=True), **listed, "requests_by_kind": by_kind, "completeness": told})
        return
    print_rows([run_row(run, as_json=False)], _HEADINGS)
    rows = [_step_row(step) for step in steps]
    print_rows(rows, {"step": "Step", "status": "Status", "done": "Done", "attempts": "Attempts", "reports": "Reports"})
    for kind, each in by_kind.items():
        click.echo(f"{kind}: {each['requests']} requests, {each['bytes'] / 1e6:.1f} MB")
    if whole:
        click.echo(_completeness(whole))
    for line in _lines(run, raised):
        click.echo(line)


def _lines(run: RunRow, raised: Sequence[AlertRow]) -> Iterator[str]:
    if run.requests_per_member is not None:
        rate = run.requests_per_thousand_ratings
        per_rating = f", {rate:.1f} per thousand ratings" if rate is not None else ""
        yield f"{run.requests} requests: {run.requests_per_member:.1f} per member{per_rating}"
    if run.authorization:
        yield f"permitted by {run.authorization['granted_by']} on {run.authorization['granted_on']}"
    for alert in raised:
        yield f"alert: {alert.message}"


def run_row(run: RunRow, *, as_json: bool) -> dict[str, Any]:
    """A run as a row to print; dates are shortened for people."""
    row = {
        **asdict(run),
        "seconds": run.seconds,
        "requests_per_member": run.requests_per_member,
        "requests_per_thousand_ratings": run.requests_per_thousand_ratings,
    }
    return row if as_json else row | {"created_at": f"{run.created_at:%Y-%m-%d %H:%M:%S} UTC"}


def _completeness(whole: Completeness) -> str:
    shares = ", ".join(f"{name} {share:.2f} %" for name, share in whole.shares.items())
    flag = "; INCOMPLETE, film_metadata_sync names the films" if whole.flagged else ""
    return f"{whole.tiles} tiles: {shares}{flag}"


def _step_row(step: StepProgress) -> dict[str, Any]:
    said = [part.error for part in step.parts if part.error]
    for part in step.parts:
        said += [f"{name}: {reason}" for name, reason in part.detail.get("failed", {}).items()]
        said += [f"{kind}: {each['refused']}" for kind, each in part.detail.items() if _refused(each)]
    said += _ways(step)
    return {
        "step": step.name,
        "status": step.status,
        "done": f"{step.done} of {step.total} {step.unit}",
        "attempts": max(part.attempts for part in step.parts),
        "reports": "\n".join(dict.fromkeys(said)),
    }


def _ways(step: StepProgress) -> list[str]:
    """How listings were read, and what such a reading cannot see."""
    counts: Counter[tuple[str, str]] = Counter()
    for part in step.parts:
        for way, count in part.detail.get("ways", {}).items():
            counts[part.arguments["kind"], way] += count
    return [f"{count} {kind}: {WAYS[way]}" for (kind, way), count in sorted(counts.items())]


def _refused(detail: Any) -> bool:
    return isinstance(detail, dict) and "refused" in detail
