"""The `almanac` command: which subcommands there are, and how every one of them fails."""

import importlib
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click

from cli import signals

ROOT = Path(__file__).resolve().parent.parent


class Lazy(NamedTuple):
    """Where a subcommand lives, and its line in `almanac --help`; its module is imported when it is used."""

    target: str
    summary: str


COMMANDS = {
    "demo": Lazy("cli.demo:demo", "Show the whole machine at work, on data of its own."),
    "test": Lazy("cli.testing:test", "Run the project's tests."),
    "up": Lazy("cli.up:up", "Run workers, cron and API in the foreground."),
    "cohort": Lazy("cli.cohort:cohort", "Create, list, show, refresh or delete cohorts."),
    "sync": Lazy("cli.sync:sync", "Bring a cohort up to date."),
    "bootstrap-full-cohort": Lazy("cli.full_cohort:bootstrap_full_cohort", "Make all there is of cohorts anew."),
    "enrich": Lazy("cli.enrich:enrich", "Complete films: identity, TMDB's facts, histogram."),
    "film": Lazy("cli.film:film", "Correct what a film is."),
    "catalogue": Lazy("cli.catalogue:catalogue", "Import which films are which TMDB titles."),
    "account": Lazy("cli.account:account", "Make or delete accounts, make or revoke their keys."),
    "import": Lazy("cli.imports:import_", "Take in a member's account export."),
    "export": Lazy("cli.export:export", "Write a cohort's films as CSV or as lists."),
    "feed": Lazy("cli.feed:feed", "Read the feeds of members who opted in."),
    "withdraw": Lazy("cli.withdraw:withdraw", "Remove what a member's exports or feed told."),
    "runs": Lazy("cli.runs:runs", "List runs, or show what one did."),
    "health": Lazy("cli.health:health", "Say whether database, Redis and workers are well."),
    "pause": Lazy("cli.pause:pause", "Stop asking a host, or all of them."),
    "resume": Lazy("cli.resume:resume", "Ask a paused host again, and let paused runs go on."),
    "replay": Lazy("cli.replay:replay", "Do a run of a cohort again."),
    "backfill": Lazy("cli.backfill:backfill", "Complete a cohort's films without reading members."),
    "worker": Lazy("cli.worker:worker", "Work on queued jobs."),
    "cron": Lazy("cli.cron:cron", "Plan syncs that are due; run exactly one."),
    "api": Lazy("cli.api:api", "Serve GraphQL, GraphiQL and the job dashboard."),
    "erase-member": Lazy("cli.erase:erase_member", "Remove a member for good."),
    "migrate": Lazy("cli.migrate:migrate", "Bring the database to the newest revision."),
    "vectors": Lazy("cli.vectors:vectors_", "Check or remake what insights read."),
    "schema": Lazy("cli.sdl:schema", "Print the GraphQL schema."),
    "parse": Lazy("cli.parse:parse", "Read a saved page into JSON lines; no database."),
    "scrapy": Lazy("cli.scrapy:scrapy", "Run scrapy with servers up and environment set."),
    "backlot": Lazy("cli.backlot:backlot", "Serve the replica upstreams from any dataset."),
    "bench": Lazy("cli.bench:bench", "Measure this machine against the product's limits."),
}


class Almanac(click.Group):
    """A group whose `--help` imports no subcommand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.summary) for name, command in COMMANDS.items()])


def _show_version(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    if wanted:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        click.echo(f"almanac {project['version']}")
        ctx.exit()


@click.group(cls=Almanac, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of an unexpected error.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def almanac(debug: bool) -> None:
    """What the people whose taste you trust think of films.

    Example: almanac test
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code.

    What a command returns is its exit code, None being 0. A failure is one line on stderr: 1, or the code its
    ClickException carries (usage errors 2). Ctrl-C is 130 and SIGTERM 143, both silent.
    """
    signals.install()
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    try:
        returned = almanac.main(arguments, prog_name="almanac", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        hint = f" (see {error.ctx.command_path} --help)" if error.ctx else ""
        return _fail(error.format_message() + hint, error.exit_code)
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except click.Abort as error:
        return signals.exit_code(error.__cause__)
    except KeyboardInterrupt as error:
        return signals.exit_code(error)
    except Exception as error:
        return _fail_unexpectedly(error, debug="--debug" in arguments)
    return returned if isinstance(returned, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"almanac: {' '.join(message.split())}", err=True)
    return code


def _fail_unexpectedly(error: Exception, *, debug: bool) -> int:
    from schema.engine import DatabaseUnavailable  # here because it imports SQLAlchemy
    from schema.settings import SettingsError

    if isinstance(error, (DatabaseUnavailable, SettingsError)):
        return _fail(str(error), 1)
    if debug:
        raise error
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return _fail(f"unexpected {what} (run with --debug for the traceback)", 1)
