"""`almanac bench`: measurements on this machine, each against its limit or a peer in the same run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cli.output import json_option, print_json, print_rows, progress, say

_OUTCOME_HEADINGS = {
    "mutation": "mutation",
    "the same": "the same",
    "less": "less",
    "refused": "refused",
    "VIOLATION": "VIOLATION",
}


@click.group()
def bench() -> None:
    """Measure this machine; exits 1 when a limit is missed.

    Example: almanac bench upsert --json
    """


@bench.command()
@click.option("--rows", default=100_000, show_default=True, help="Ratings a pass.")
@json_option
def upsert(rows: int, as_json: bool) -> int:
    """How fast ratings are written: new, unchanged, a tenth changed.

    Example: almanac bench upsert
    """
    from bench import upsert as measured

    return _measure(lambda engine, _: measured.run(engine, rows=rows), as_json)


@bench.command()
@click.option("--members", default=100, show_default=True, help="Members crawled, 1,800 ratings each.")
@click.option("--rounds", default=3, show_default=True, help="Times each way; medians are shown.")
@json_option
def crawl(members: int, rounds: int, as_json: bool) -> int:
    """How fast rated pages (200 KB, gzip) become rows, beside a spider that only downloads them.

    Example: almanac bench crawl --members 40
    """
    from bench import crawl as measured

    return _measure(lambda engine, _: measured.run(engine, members=members, rounds=rounds), as_json)


@bench.command()
@click.option("--members", default=100, show_default=True, help="Members crawled, 2,000 ratings each.")
@json_option
def sync(members: int, as_json: bool) -> int:
    """How long a full sync's crawl takes, what on, and at which caps; how fresh a delta is.

    Example: almanac bench sync --members 20
    """
    from bench import sync as measured

    return _measure(lambda engine, _: measured.run(engine, members=members), as_json)


@bench.command()
@click.option("--members", default=10, show_default=True, help="Members of the cohort.")
@click.option("--rounds", default=5, show_default=True, help="Ratings changed, one after the other.")
@json_option
def fresh(members: int, rounds: int, as_json: bool) -> int:
    """How long a rating takes from upstream to the API, through a real worker, queue and server.

    Example: almanac bench fresh --rounds 3
    """
    from bench import fresh as measured

    return _measure(lambda engine, _: measured.run(engine, num_members=members, rounds=rounds), as_json, redis=True)


@bench.command()
@click.option("--times", default=50, show_default=True, help="How many kills.")
@click.option("--seed", default=0, show_default=True, help="Another one kills at other moments.")
@json_option
def kill(times: int, seed: int, as_json: bool) -> int:
    """Kill crawls, and the database under them, at random moments, and see what going on costs.

    Example: almanac bench kill --times 10
    """
    from bench import kill as measured

    return _measure(lambda engine, restart: measured.run(engine, times=times, seed=seed, restart=restart), as_json)


@bench.command()
@click.option("--films", default=35_000, show_default=True, help="Films to be known.")
@click.option("--members", default=100, show_default=True, help="Members who watched them.")
@click.option("--curve-films", default=10_000, show_default=True, help="Films to be known at each point of the curve.")
@json_option
def enrich(films: int, members: int, curve_films: int, as_json: bool) -> int:
    """What it costs to know every film, in requests to each host, by how much Wikidata knows. Takes ten minutes.

    Example: almanac bench enrich --films 3500 --curve-films 2000
    """
    from bench import enrich as measured

    return _measure(
        lambda engine, _: measured.run(engine, num_films=films, num_members=members, curve_films=curve_films), as_json
    )


@bench.command()
@click.option("--members", default=4_000, show_default=True, help="Members in the database, 1,900 ratings each.")
@click.option("--films", default=40_000, show_default=True, help="Films in the catalogue.")
@click.option("--rounds", default=100, show_default=True, help="Cohorts asked for; each is new.")
@json_option
def insights(members: int, films: int, rounds: int, as_json: bool) -> int:
    """How fast any cohort of 100 is answered from nothing, beside the best SQL for the same answer.

    The limits are for the full size, which takes some minutes to build.

    Example: almanac bench insights --members 500
    """
    from bench import insights as measured

    return _measure(lambda engine, _: measured.run(engine, members=members, films=films, rounds=rounds), as_json)


@bench.command()
@click.option("--members", default=1_000, show_default=True, help="Members in the database, 1,900 ratings each.")
@click.option("--films", default=40_000, show_default=True, help="Films in the catalogue.")
@click.option("--rounds", default=20, show_default=True, help="Cohorts asked for; each is new.")
@json_option
def alignment(members: int, films: int, rounds: int, as_json: bool) -> int:
    """How fast the alignment of every two of 100 members is there from nothing.

    Example: almanac bench alignment
    """
    from bench import alignment as measured

    return _measure(lambda engine, _: measured.run(engine, members=members, films=films, rounds=rounds), as_json)


@bench.command()
@click.option("--members", default=400, show_default=True, help="Members in the database, 1,900 ratings each.")
@click.option("--seconds", default=8.0, show_default=True, help="How long each question is asked.")
@click.option("--flat", default=100_000, show_default=True, help="Requests over which memory is not to grow.")
@json_option
def api(members: int, seconds: float, flat: int, as_json: bool) -> int:
    """How many questions a server process answers, beside Strawberry as it comes; ten clients.

    Example: almanac bench api --seconds 3
    """
    from bench import api as measured

    how = {"members": members, "seconds": seconds, "flat": flat}
    return _measure(lambda engine, _: measured.run(engine, **how), as_json, redis=True)


@bench.command(name="fuzz-api")
@click.option("--count", default=20_000, show_default=True, help="How many operations are asked.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same operations.")
@json_option
def fuzz_api(count: int, seed: int, as_json: bool) -> int:
    """Whether generated operations, hostile ones among them, find the API at a loss, or have it tell too much.

    Exits 1 on any violation and shows what was asked, by whom, and what came back.

    Example: almanac bench fuzz-api --count 2000 --seed 7
    """
    import os

    from bench import fuzz_api as measured

    with progress() as update:
        return _measure(
            lambda engine, _: measured.run(
                engine, redis_url=os.environ["REDIS_URL"], count=count, seed=seed, update=update
            ),
            as_json,
            redis=True,
        )


@bench.command(name="import")
@click.option("--films", default=10_000, show_default=True, help="Films in the export.")
@json_option
def import_(films: int, as_json: bool) -> int:
    """How fast an account export is taken in, and with how much memory; new, and the same again.

    Example: almanac bench import
    """
    from bench import imports as measured

    return _measure(lambda engine, _: measured.run(engine, films=films), as_json)


@bench.command()
@click.option("--mutants", default=100_000, show_default=True, help="How many mutated pages are read.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same mutants.")
@click.option("--only", type=click.IntRange(min=0), metavar="N", help="Read mutant N of the seed alone.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="With --only: write the mutant here.")
@json_option
def fuzz(mutants: int, seed: int, only: int | None, save: Path | None, as_json: bool) -> int:
    """Whether mutated pages fool a reader: own ones, and real captures where they lie beside the checkout.

    Exits 1 on any violation and names the mutants, each of which --only makes again.

    Example: almanac bench fuzz --mutants 20000 --seed 7
    """
    from bench import fuzz as measured

    if only is not None:
        return _one_mutant(*measured.one(number=only, seed=seed), save)
    with progress() as update:
        found = measured.run(mutants=mutants, seed=seed, update=update)
    for folder in found["missing_real_pages"]:
        say(f"REAL DATA MISSING: {folder}; only our own pages were mutated")
    if as_json:
        return _show(found, as_json)
    print_rows(map(_outcome_row, found.pop("outcomes").items()), _OUTCOME_HEADINGS)
    for violation in found.pop("violations"):
        click.echo(f"VIOLATION {violation}")
    return _show(found, as_json)


@bench.command()
@click.option("--pages", default=100_000, show_default=True, help="Pages read while memory is watched.")
@click.option("--rounds", default=200, show_default=True, help="Times each page is read each way; medians are shown.")
@json_option
def read(pages: int, rounds: int, as_json: bool) -> int:
    """How long a page of 72 films takes to read, beside lxml building its tree alone, and whether memory stays flat.

    Example: almanac bench read --pages 10000
    """
    from bench import read as measured

    say("reading; 100,000 pages take some minutes")
    return _show(measured.run(pages=pages, rounds=rounds), as_json)


def _measure(run: Callable[..., dict[str, Any]], as_json: bool, *, redis: bool = False) -> int:
    """Runs against an empty database of a throw-away server, so that nobody's data is touched; and a Redis, if asked.

    `run` is given its engine, and the way to start the server again after a crash.
    """
    import os
    import tempfile
    from contextlib import ExitStack

    from cli import services
    from schema import migrate
    from schema.engine import engine

    with tempfile.TemporaryDirectory(prefix="almanac-bench-", dir="/tmp") as folder, ExitStack() as stack:

        def start() -> None:
            os.environ.pop("DATABASE_URL", None)
            if redis:
                os.environ.pop("REDIS_URL", None)
            stack.close()
            os.environ.update(stack.enter_context(services.running(redis=redis, home=Path(folder))))

        start()
        target = engine()
        migrate.upgrade(target)
        say("measuring; this takes a minute")
        found = run(target, start)
        target.dispose()
    return _show(found, as_json)


def _show(found: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print_json(found)
    else:
        for name, value in found.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                print_rows(value, {column: column for column in value[0]})
            else:
                click.echo(f"{name.replace('_', ' ')}: {value}")
    return 0 if found["ok"] else 1


def _outcome_row(outcome: tuple[str, dict[str, int]]) -> dict[str, Any]:
    """A mutation's outcomes in columns; the causes of refusals in one."""
    mutation, counts = outcome
    read = ("the same", "less", "VIOLATION")
    refused = ", ".join(f"{cause} {count}" for cause, count in counts.items() if cause not in read)
    return {"mutation": mutation, "refused": refused} | {column: counts.get(column, 0) for column in read}


def _one_mutant(mutant: Any, verdict: Any, save: Path | None) -> int:
    """Says what one mutant is and what came of it; exits 1 when its reader was fooled."""
    subject = mutant.case.subject
    click.echo(f"{subject.page.name} as {subject.kind}: {mutant.mutation.name}, {len(mutant.body)} bytes")
    click.echo(f"{verdict.outcome} {verdict.detail}".rstrip())
    if save is not None:
        save.write_bytes(mutant.body)
    return 1 if verdict.is_violation else 0
