"""`almanac film`: corrects what a film is, for good."""

import re

import click

from cli.output import json_option, print_json, say
from cli.ready import ready
from schema.engine import engine
from schema.store import facts, identities


@click.group()
def film() -> None:
    """Correct what a film is.

    Example: almanac film set-tmdb solaris-2002 movie/2103
    """


@film.command(name="set-tmdb")
@click.argument("slug")
@click.argument("title")
@json_option
def set_tmdb(slug: str, title: str, as_json: bool) -> None:
    """Say that the film SLUG is TMDB's TITLE (movie/ID, tv/ID, or none); no source overrules that later.

    Example: almanac film set-tmdb solaris-2002 movie/2103
    """
    match = re.fullmatch(r"(movie|tv)/([1-9]\d{0,8})|none", title)
    if not match:
        raise click.UsageError(f"TITLE: movie/ID, tv/ID or none, not {title!r}")
    kind, number = match[1], int(match[2]) if match[2] else None
    with ready(redis=False), engine().begin() as connection:
        film_id = facts.by_slug(connection, slug.lower())
        if film_id is None:
            raise click.ClickException(f"no film {slug!r} is known here")
        identities.identify(connection, film_id, tmdb_type=kind, tmdb_id=number, found_by="manual")
    if as_json:
        print_json({"slug": slug, "tmdb_type": kind, "tmdb_id": number})
    say(f"{slug} is {title if number else 'not on TMDB'}, whatever else may be said")
