"""Reads where a page stands in its listing: the next link, its own number, the last number."""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborNode

from crawler.pages.errors import MarkupDrift
from crawler.pages.source import Source
from crawler.pages.text import number

_BLOCK = ".pagination"
# What belongs into the block, and would be missed where the block is broken.
_STRAY = ".paginate-nextprev, .paginate-page, a.next[href*='/page/']"
_LINK = re.compile(r"(?:/|https?://)[^\s<>\"]*")
_PAGE = re.compile(r"/page/([0-9]{1,6})(?:/|$)")


@dataclass(frozen=True, slots=True)
class Pagination:
    """Links as the page writes them. `current` and `last` are None where the block shows no numbers for them."""

    next: str | None = None
    previous: str | None = None
    current: int | None = None
    last: int | None = None

    def next_url(self, url: str) -> str | None:
        """The next page's URL, absolute when `url`, the page's own, is."""
        return urljoin(url, self.next) if self.next else None


def read_pagination(source: Source, entries: LexborNode | None = None) -> Pagination:
    """Where this page stands; a whole page without the block is the only one of its listing.

    The block stands behind the element that holds the `entries`; elsewhere it takes long to find.
    Raises MarkupDrift when the block lacks a link that it should have.
    """
    block = _behind(entries) or source.tree.css_first(_BLOCK)
    if block is None:
        if source.tree.css_first(_STRAY) is not None:
            raise MarkupDrift("pagination links outside a pagination block")
        return Pagination(current=1, last=1) if source.is_document else Pagination()
    links: dict[str, str | None] = {}
    current, last = None, None
    _check_places(block)
    for node in block.css(".next, .previous, .paginate-page"):
        classes = (node.attributes.get("class") or "").split()
        if "paginate-page" not in classes:
            side = "next" if "next" in classes else "previous"
            links[side] = _target(node, side)
        elif "unseen-pages" not in classes:
            page = number(node.text(), "a page number of the pagination")
            last = max(last or 0, page)
            current = page if "paginate-current" in classes else current
    if links.keys() != {"next", "previous"}:
        raise MarkupDrift(f"a pagination block with {sorted(links) or 'neither next nor previous'} only")
    if last is not None and current is None and links["next"] is not None:
        raise MarkupDrift("a pagination block with numbers, none of them this page's")
    if current is None:
        # Past the end the numbers stop at the first page; without numbers only the first page is known.
        first = None if links["previous"] else 1
        _check_numbers(links, first)
        return Pagination(links["next"], links["previous"], first, None)
    if (links["next"] is not None) != (current < last) or (links["previous"] is not None) != (current > 1):
        raise MarkupDrift(f"page {current} of {last} with next {links['next']!r}, previous {links['previous']!r}")
    _check_numbers(links, current)
    return Pagination(links["next"], links["previous"], current, last)


def _behind(node: LexborNode | None) -> LexborNode | None:
    """The first block after an element, outside of it."""
    while node is not None:
        sibling = node.next
        while sibling is not None:
            if sibling.is_element_node and (block := sibling.css_first(_BLOCK)) is not None:
                return block
            sibling = sibling.next
        node = node.parent
    return None


def _check_places(block: LexborNode) -> None:
    """Raises MarkupDrift when the block's links lead to pages of several listings."""
    links = [link.attributes.get("href") or "" for link in block.css("a")]
    places = {_PAGE.sub("/", link).lower() for link in links if link.startswith("/")}
    if len(places) > 1:
        raise MarkupDrift(f"a pagination block with links into {sorted(places)}")


def _check_numbers(links: dict[str, str | None], current: int | None) -> None:
    """Raises MarkupDrift when the next and the previous link do not lead to the pages beside this one."""
    if links["next"] is not None and not _PAGE.search(links["next"]):
        raise MarkupDrift(f"a next link to {links['next']!r}, which is no page of a listing")
    found = {side: _PAGE.search(link) for side, link in links.items() if link is not None}
    numbers = {side: int(match[1]) for side, match in found.items() if match is not None}
    here = {number - (1 if side == "next" else -1) for side, number in numbers.items()} | ({current} - {None})
    if len(here) > 1:
        raise MarkupDrift(f"page {current} with next {links['next']!r}, previous {links['previous']!r}")


def _target(node: LexborNode, side: str) -> str | None:
    if node.tag != "a":
        return None
    href = node.attributes.get("href")
    if not href or not _LINK.fullmatch(href):
        raise MarkupDrift(f"a {side} link to {href!r}")
    return href
