"""`almanac health`: whether everything that syncs need is there."""

from dataclasses import asdict
from typing import Any

import click
import redis

from cli.output import json_option, print_json
from cli.runs import run_row
from jobs.queues import QUEUES, RedisUnavailable, connect, living_workers, queue
from schema import migrate
from schema.engine import DatabaseUnavailable, check, engine
from schema.insights import enrichment, hosts, runs
from schema.store.hosts import EVERYWHERE

_LATEST = 5


@click.command()
@json_option
def health(as_json: bool) -> int:
    """Say how database, Redis, workers and queues are, which hosts are paused, and how the latest runs ended.

    Looks at what is running and starts nothing. Exits 1 when no sync could be done now.

    Example: almanac health --json
    """
    found = {"database": _database(), "redis": _redis(), "workers": [], "queues": {}, "enrichment": {}}
    found |= {"hosts": [], "alerts": [], "runs": []}
    if found["redis"] == "ok":
        client = connect()
        found["workers"] = [
            {"name": worker.name, "state": str(worker.get_state()), "queues": worker.queue_names(), "pid": worker.pid}
            for worker in living_workers(client)
        ]
        found["queues"] = {name: _queue(queue(name, client)) for name in QUEUES}
    if found["database"] == "ok":
        with engine().connect() as connection:
            found["enrichment"] = enrichment.num_by_status(connection)
            found["hosts"] = [asdict(host) for host in hosts.withheld(connection)]
            found["alerts"] = [asdict(alert) for alert in hosts.alerts(connection, limit=_LATEST)]
            found["runs"] = [run_row(run, as_json=as_json) for run in runs.recent(connection, _LATEST)]
    found["healthy"] = found["database"] == found["redis"] == "ok" and bool(found["workers"])
    if as_json:
        print_json(found)
    else:
        _show(found)
    return 0 if found["healthy"] else 1


def _database() -> str:
    try:
        database = engine()
        check(database)
        current = migrate.current(database)
    except DatabaseUnavailable as error:
        return str(error)
    return "ok" if current == migrate.head() else f"at revision {current}: run `almanac migrate`"


def _redis() -> str:
    try:
        connect().ping()
    except RedisUnavailable as error:
        return str(error)
    except (redis.RedisError, OSError) as error:
        return f"REDIS_URL: {' '.join(str(error).split())}"
    return "ok"


def _queue(one: Any) -> dict[str, int]:
    return {
        "waiting": len(one.get_job_ids()),
        "started": one.started_job_registry.get_job_count(cleanup=False),
        "scheduled": one.scheduled_job_registry.get_job_count(cleanup=False),
        "failed": one.failed_job_registry.get_job_count(cleanup=False),
    }


def _show(found: dict[str, Any]) -> None:
    click.echo(f"database    {found['database']}")
    click.echo(f"redis       {found['redis']}")
    workers = ", ".join(f"{w['pid']} ({w['state']})" for w in found["workers"])
    click.echo(f"workers     {workers or 'none: start `almanac worker`'}")
    for name, numbers in found["queues"].items():
        click.echo(f"queue {name:5} {_listed(numbers)}")
    for kind, numbers in found["enrichment"].items():
        click.echo(f"{kind:11} {_listed(numbers)}")
    for host in found["hosts"]:
        click.echo(f"host        {_host(host)}")
    for alert in found["alerts"]:
        click.echo(f"alert       run {alert['run_id']}: {alert['message']}")
    for run in found["runs"]:
        what = f"{run['status']}, {run['kind']}, {run['cohort'] or 'no cohort'}, {run['created_at']}"
        click.echo(f"run {run['id']:<7} {what}" + (f": {run['error']}" if run["error"] else ""))


def _host(host: dict[str, Any]) -> str:
    name = "everything" if host["host"] == EVERYWHERE else host["host"]
    if host["paused_at"]:
        return f"{name} is paused since {host['paused_at']:%Y-%m-%d %H:%M} UTC by {host['paused_by']}: {host['reason']}"
    return f"{name} wants quiet until {host['not_before']:%Y-%m-%d %H:%M:%S} UTC"


def _listed(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in numbers.items())
