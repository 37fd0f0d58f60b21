"""The pages that are mutated: our own under fixtures/pages, and real captures where they lie beside the checkout."""

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.pages import KINDS
from crawler.pages.errors import (
    ChallengePage,
    ErrorPage,
    MissingPage,
    PageError,
    PrivatePage,
    RateLimited,
    UnexpectedKind,
    ViewSourcePage,
)
from schema.settings import REPOSITORY

OWN = REPOSITORY / "fixtures" / "pages"
REAL = Path(os.environ.get("ALMANAC_REAL_DATA", REPOSITORY.parent / "shared" / "data"))

_REAL_PLACES = (REAL / "pages", REAL / "feeds", REAL / "tmdb")

# What no damage can turn into a page of the kind asked for.
STRANGERS = (ChallengePage, ErrorPage, MissingPage, PrivatePage, RateLimited, UnexpectedKind, ViewSourcePage)

_SUFFIXES = {".html", ".xml", ".json", ".txt"}
_ENTRY = re.compile(rb"<(li|tr|item)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_HIDDEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(rb"""<([a-zA-Z][\w:-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_ATTRIBUTE = re.compile(rb"""\s([a-zA-Z][\w:-]*)(?:=("[^"]*"|'[^']*'))?""")

Span = tuple[int, int]


@dataclass(frozen=True)
class Attribute:
    """Where one attribute stands, with the white space before it; `value` includes the quotes."""

    span: Span
    name: bytes
    value: bytes | None


@dataclass(frozen=True, eq=False)
class Page:
    """One saved page, with the places in it that mutations choose from."""

    name: str
    body: bytes

    @property
    def is_markup(self) -> bool:
        """Whether it is HTML or XML rather than JSON."""
        return self.body.lstrip()[:1] == b"<"

    @property
    def is_xml(self) -> bool:
        """Whether it is a feed."""
        return self.name.endswith(".xml")

    @property
    def is_html(self) -> bool:
        """Whether it is HTML."""
        return self.is_markup and not self.is_xml

    @cached_property
    def is_document(self) -> bool:
        """Whether it is a whole HTML page."""
        return self.is_html and re.search(rb"<!doctype html|<html[\s>]", self.body[:4096], re.IGNORECASE) is not None

    @cached_property
    def tags(self) -> list[re.Match[bytes]]:
        """The opening tags outside comments and scripts: group 1 the name, group 2 the attributes."""
        return list(_TAG.finditer(self._visible))

    @cached_property
    def attributes(self) -> list[Attribute]:
        """All attributes of all tags."""
        return [attribute for tag in self.tags for attribute in attributes_of(tag)]

    @cached_property
    def entries(self) -> list[Span]:
        """Where the list items, table rows or feed items stand that show a film, a member or a feed's item."""
        marks = (b"data-item-slug", b"data-film-", b'class="name"', b"<guid")
        spans = (match.span() for match in _ENTRY.finditer(self._visible))
        return [span for span in spans if any(mark in self.body[slice(*span)] for mark in marks)]

    @cached_property
    def _visible(self) -> bytes:
        """The body with comments, scripts and the like blanked out, each byte in its place."""
        return _HIDDEN.sub(lambda hidden: b" " * len(hidden[0]), self.body)


@dataclass(frozen=True, eq=False)
class Subject:
    """A page under one reader: the record that it reads to, or None where it is a stranger to that reader."""

    kind: str
    page: Page
    record: Any

    @property
    def generation(self) -> str:
        """The generation that the reader found, "" when none."""
        return (self.record.info.generation or "") if self.record is not None else ""


def attributes_of(tag: re.Match[bytes]) -> list[Attribute]:
    """The attributes of one opening tag."""
    start = tag.start(2)
    return [
        Attribute((start + match.start(), start + match.end()), match[1], match[2])
        for match in _ATTRIBUTE.finditer(tag[2])
    ]


def load(*, real: bool = True) -> tuple[list[Subject], list[str]]:
    """All subjects, each page under every reader; and which folders of real pages, if asked for, are missing."""
    places = _REAL_PLACES if real else ()
    missing = [str(place) for place in places if not place.is_dir()]
    found = []
    for path in (path for place in (OWN, *places) for path in _pages(place)):
        page = Page(f"{'/'.join(path.parts[-2:])}", path.read_bytes())
        found += filter(None, (_subject(kind, page) for kind in KINDS))
    return found, missing


def _subject(kind: str, page: Page) -> Subject | None:
    """A page under one reader; None when it proves nothing there.

    A page of another kind that is read all the same (a watchlist by the reader of lists) is as good as an own one.
    A page that is refused for damage may become whole again when mutated.
    """
    try:
        return Subject(kind, page, KINDS[kind](page.body))
    except STRANGERS:
        return Subject(kind, page, None)
    except PageError:
        return None


def _pages(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in _SUFFIXES and not path.name.endswith(".expected.json") and path.name != "README.md"
    )
