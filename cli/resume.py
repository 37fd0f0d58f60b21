"""`almanac resume`: takes a pause back, and has the paused runs go on."""

import click

from cli.output import say
from cli.ready import ready
from jobs import chain
from schema.engine import engine
from schema.insights import hosts
from schema.store.hosts import EVERYWHERE


@click.command()
@click.argument("host", required=False)
def resume(host: str | None) -> None:
    """Ask HOST again, or lift the pause of everything when it is left out; paused runs are queued again.

    A host pauses by itself when it refused us: find out why before you resume it.

    Example: almanac resume mirror.example.org
    """
    with ready():
        resumed = chain.resume(host)
        if resumed is None:
            with engine().connect() as connection:
                paused = [row.host for row in hosts.withheld(connection) if row.paused_at]
            named = ", ".join("everything" if name == EVERYWHERE else name for name in paused) or "nothing"
            raise click.ClickException(f"{host or 'everything'} is not paused; paused is {named}")
    runs = f"runs {', '.join(map(str, resumed))} go on" if resumed else "no run was waiting for it"
    say(f"{host or 'everything'} may be asked again; {runs}")
