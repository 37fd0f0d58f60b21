"""Reads the JSON of a film: identity, year, runtime and directors, without ratings."""

import re
from typing import Any

from crawler.identity import film_id_from_uid, id_from_lid
from crawler.items import FilmJson, PageInfo
from crawler.pages.errors import MarkupDrift, MissingPage, UnexpectedKind
from crawler.pages.fields import identifier, objects, optional_text, positive, text
from crawler.pages.poster import SLUG
from crawler.pages.source import Source
from crawler.pages.trust import reader


@reader
def parse(source: Source) -> FilmJson:
    """The answer of `/film/{slug}/json/`. Its csrf token is not kept."""
    payload = source.json()
    if payload.get("result") is False:
        raise MissingPage(f"the answer says {str(payload.get('messages') or 'result: false')[:100]!r}")
    if "uid" not in payload or payload.get("type") != "film":
        raise UnexpectedKind(f"JSON of type {payload.get('type')!r} instead of a film")
    generation = "2026" if "lid" in payload else "2025"
    slug = text(payload, "slug")
    if not re.fullmatch(SLUG, slug) or payload.get("url") not in (None, f"/film/{slug}/"):
        raise MarkupDrift(f"slug {slug!r} at {payload.get('url')!r}")
    return FilmJson(
        info=PageInfo("filmjson", generation, source.url, 1),
        slug=slug,
        letterboxd_id=_film_id(payload),
        title=text(payload, "name"),
        original_title=optional_text(payload, "originalName"),
        year=positive(payload, "releaseYear"),
        runtime_minutes=positive(payload, "runTime"),
        directors=tuple(text(director, "name") for director in objects(payload, "directors")),
    )


def _film_id(payload: dict[str, Any]) -> int:
    found = {identifier(payload)} if "id" in payload else set()
    try:
        found.add(film_id_from_uid(text(payload, "uid")))
        if "lid" in payload:
            found.add(id_from_lid(text(payload, "lid")))
    except ValueError as error:
        raise MarkupDrift(str(error)) from error
    if len(found) > 1:
        raise MarkupDrift(f"identities of {len(found)} films, {sorted(found)}")
    return found.pop()
