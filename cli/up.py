"""`almanac up`: everything in the foreground."""

import click

from cli.children import Children
from cli.output import say
from cli.ready import ready

_START_SECONDS = 30.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address the API listens on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port of the API.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 32), help="How many workers.")
def up(host: str, port: int, workers: int) -> None:
    """Run everything: servers where none are configured, migrations, workers, cron and the API.

    Ctrl-C or SIGTERM stops all of it. When one part dies, an embedded server included, the others are stopped, and
    this exits 1; started again, it goes on.

    Example: almanac up --port 8080 --workers 2
    """
    with ready() as servers, Children(lambda name, line: click.echo(f"{name:9} | {line}")) as children:
        api = children.start("api", "-m", "cli", "api", "--host", host, "--port", str(port))
        address = api.wait_for("api listening on ", _START_SECONDS).rpartition(" ")[2]
        for number in range(1, workers + 1):
            children.start(f"worker {number}", "-m", "cli", "worker")
        children.start("cron", "-m", "cli", "cron")
        say(f"GraphiQL: {address}/graphql   RQ dashboard: {address}/ops/rq   Ctrl-C stops everything")
        children.watch(servers.check)
