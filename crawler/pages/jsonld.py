"""Reads the JSON-LD that film pages carry inside a CDATA comment."""

import json
import re
from typing import Any

from crawler.pages.errors import MarkupDrift
from crawler.pages.source import Source
from crawler.pages.text import clean

_MOVIE = re.compile(r'"@type":\s*"Movie"')


def json_ld(source: Source) -> dict[str, Any]:
    """The page's JSON-LD object, empty when it has none; MarkupDrift when it is broken."""
    script = source.tree.css_first('script[type="application/ld+json"]')
    if script is None:
        if _MOVIE.search(source.text):
            raise MarkupDrift("JSON-LD outside its script")
        return {}
    text = script.text()
    try:
        found = json.loads(text[text.find("{") : text.rfind("}") + 1])
    except (ValueError, RecursionError) as error:
        raise MarkupDrift(f"JSON-LD that breaks: {error}") from error
    if not isinstance(found, dict) or not isinstance(found.get("aggregateRating", {}), dict):
        raise MarkupDrift("JSON-LD of another shape")
    return found


def names(linked: dict[str, Any], key: str) -> tuple[str, ...]:
    """The names listed under a key, as texts or as objects with a name; each once."""
    listed = linked.get(key) or ()
    if not isinstance(listed, list | tuple):
        listed = (listed,)
    found = [item.get("name") if isinstance(item, dict) else item for item in listed]
    if not all(isinstance(name, str) for name in found):
        raise MarkupDrift(f"JSON-LD with a {key} that is no name")
    return tuple(dict.fromkeys(clean(name, key) for name in found))
