"""Reads the answer of Wikidata's query service to the question which ids belong to the same film."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crawler.items import PageInfo, WikidataPage, WikidataTitle
from crawler.pages.errors import MarkupDrift, UnexpectedKind
from crawler.pages.fields import objects
from crawler.pages.source import Source
from crawler.pages.trust import reader

# wdt: gives the statements of the best rank only, so a preferred one hides the others.
QUERY = """SELECT ?slug ?movie ?tv ?imdb WHERE {
  VALUES ?slug { %s }
  ?film wdt:P6127 ?slug .
  OPTIONAL { ?film wdt:P4947 ?movie }
  OPTIONAL { ?film wdt:P4983 ?tv }
  OPTIONAL { ?film wdt:P345 ?imdb }
}"""

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_IMDB = re.compile(r"tt[0-9]{7,9}")


@reader
def parse(source: Source) -> WikidataPage:
    """The SPARQL JSON result of QUERY. Values that cannot be ids, such as "unknown", are left out."""
    payload = source.json()
    results = payload.get("results")
    if not isinstance(results, dict) or "bindings" not in results:
        raise UnexpectedKind(f"JSON with {sorted(payload)[:5]} instead of a query's results")
    rows = objects(results, "bindings")
    titles = {title[:3]: WikidataTitle(*title) for row in rows for title in _titles(row)}
    info = PageInfo("wikidata", "sparql-json", source.url, len(titles))
    return WikidataPage(info, tuple(titles.values()))


def _titles(row: Mapping[str, Any]) -> Iterator[tuple[str, str, int, str | None]]:
    slug, imdb = _value(row, "slug"), _value(row, "imdb")
    if slug is None:
        raise MarkupDrift("a result without its slug")
    for tmdb_type in ("movie", "tv"):
        number = _value(row, tmdb_type)
        if number is not None and _NUMBER.fullmatch(number):
            yield slug, tmdb_type, int(number), imdb if imdb and _IMDB.fullmatch(imdb) else None


def _value(row: Mapping[str, Any], name: str) -> str | None:
    cell = row.get(name)
    if cell is None:
        return None
    if not isinstance(cell, dict) or not isinstance(cell.get("value"), str):
        raise MarkupDrift(f"{name} is {cell!r}")
    return cell["value"]
