"""Reads the footer of a film page: its runtime and the same film elsewhere."""

import re
from typing import NamedTuple

from crawler.pages.errors import MarkupDrift
from crawler.pages.source import Source
from crawler.pages.text import number, plain

_TMDB = re.compile(r"https?://www\.themoviedb\.org/(movie|tv)/([0-9]+)")
_IMDB = re.compile(r"https?://www\.imdb\.com/title/(tt[0-9]{7,10})\b")
_MINUTES = re.compile(r"([0-9][0-9,]*) mins?\b")


class Footer(NamedTuple):
    """What the footer tells; each is None when the film has none."""

    runtime_minutes: int | None
    imdb_id: str | None
    tmdb_type: str | None
    tmdb_id: int | None


def read_footer(source: Source) -> Footer:
    """Runtime, IMDb id, TMDB type and id. Raises MarkupDrift when the footer is not there or lost a link.

    The link to TMDB goes before the attributes of the body: pages of series have called themselves movies
    without an id there.
    """
    footer = source.tree.css_first("p.text-footer")
    if footer is None:
        raise MarkupDrift("a film page without its footer")
    links = {link.text().strip().upper(): link.attributes.get("href") or "" for link in footer.css("a")}
    imdb = next(filter(None, map(_IMDB.match, links.values())), None)
    tmdb = next(filter(None, map(_TMDB.match, links.values())), None)
    if ("IMDB" in links and imdb is None) or ("TMDB" in links and tmdb is None):
        raise MarkupDrift(f"a footer with links {links}")
    minutes = _MINUTES.search(plain(footer.text()))
    tmdb_type, tmdb_id = _tmdb_of_body(source)
    if tmdb is not None:
        if tmdb_id not in (None, int(tmdb[2])):
            raise MarkupDrift(f"TMDB ids {tmdb_id} and {tmdb[2]}")
        tmdb_type, tmdb_id = tmdb[1], int(tmdb[2])
    runtime = number(minutes[1], "runtime") or None if minutes else None
    return Footer(runtime, imdb[1] if imdb else None, tmdb_type, tmdb_id)


def _tmdb_of_body(source: Source) -> tuple[str | None, int | None]:
    stated = source.body.attributes.get("data-tmdb-id")
    if not stated:
        return None, None
    tmdb_type = source.body.attributes.get("data-tmdb-type")
    if tmdb_type not in ("movie", "tv"):
        raise MarkupDrift(f"TMDB id {stated} of type {tmdb_type!r}")
    return tmdb_type, number(stated, "data-tmdb-id")
