"""Readers of upstream pages: bytes in, typed records out, one file a page kind."""

from importlib import import_module
from pkgutil import iter_modules

from crawler.pages import tmdb
from crawler.pages.trust import Parser

_MODULES = {found.name: import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)}

# Every file here with a `parse` is a kind. TMDB answers in several shapes, which `parse_answer` tells apart.
KINDS: dict[str, Parser] = {
    name: module.parse for name, module in sorted(_MODULES.items()) if hasattr(module, "parse")
} | {"tmdb": tmdb.parse_answer}
