"""Checks what a listing page gave against the totals that it advertises."""

import re
from math import ceil

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.pages.errors import CountMismatch, EmptyBeforeEnd, UnknownGeneration
from crawler.pages.pagination import Pagination
from crawler.pages.text import plain

# Sizes that pages of a kind have had; a size counts only where the page's own total and last number confirm it.
_PAGE_SIZES = {
    "films": (72,),
    "likes": (72,),
    "watchlist": (28, 100),
    "list": (100, 28),
    "diary": (50,),
    "following": (25,),
    "followers": (25,),
}

_PEOPLE = frozenset({"following", "followers"})

_COUNTED = re.compile(r"([0-9][0-9,]{0,14})\s+[a-z]+")
_LIST_DESCRIPTION = re.compile(r"A list of ([0-9][0-9,]{0,14}) films? compiled on Letterboxd\b")
_TOOLTIP = "#content-nav .section-heading .tooltip, .sub-nav .selected .tooltip, .sub-nav .selected.tooltip"


def advertised_total(tree: LexborHTMLParser, kind: str, found: int, page: Pagination) -> int | None:
    """How many entries the page says its whole listing has, None when it does not say."""
    if kind == "list":
        meta = tree.css_first('meta[name="description"]')
        match = _LIST_DESCRIPTION.match(plain(meta.attributes.get("content")) if meta else "")
    elif kind == "watchlist":
        match = _watchlist_count(tree)
    else:
        tip = tree.css_first(_TOOLTIP)
        attributes = tip.attributes if tip else {}
        match = _COUNTED.fullmatch(plain(attributes.get("title") or attributes.get("data-original-title")))
    total = int(match[1].replace(",", "")) if match else None
    # First pages of watchlists have been seen to count themselves: "28 films", and fourteen more pages.
    return None if kind == "watchlist" and total == found and page.next else total


def _watchlist_count(tree: LexborHTMLParser) -> re.Match[str] | None:
    counter = tree.css_first("[data-num-entries]")
    if counter is not None:
        return re.fullmatch(r"([0-9]{1,9})", counter.attributes.get("data-num-entries") or "")
    counter = tree.css_first(".js-watchlist-count")
    return _COUNTED.fullmatch(plain(counter.text())) if counter else None


def check_container(kind: str, container: LexborNode | None, total: int | None, page: Pagination) -> None:
    """Raises UnknownGeneration when a page lacks the element that holds its entries.

    Only a listing that advertises none, or one past its end by its own numbers, may do without.
    """
    if container is None and (total is None or (total > 0 and page.previous is None)):
        raise UnknownGeneration(f"a {kind} page without the list of its entries")


def check_listing(kind: str, found: int, total: int | None, page: Pagination, *, filtered: bool) -> None:
    """Raises EmptyBeforeEnd or CountMismatch when the page cannot be complete.

    The total of a `filtered` listing counts more than the listing shows, so it only bounds it. Counts of people
    lag behind: one capture has 44 on a profile and 43 on the page that it links to.
    """
    if found == 0:
        _check_empty(kind, total, page, filtered=filtered)
        return
    if total is None:
        return
    slack = max(2, total // 10) if kind in _PEOPLE else 0
    if found > total + slack or (page.next and found == total):
        raise CountMismatch(f"{found} entries{' and a next page' if page.next else ''}, {total} advertised")
    least, most = _due(kind, total, page, filtered=filtered)
    if not least - slack <= found <= most + slack:
        due = str(least) if least == most else f"{least} to {most}"
        raise CountMismatch(f"{found} entries, {due} are due: {total} advertised on {page.last} pages")


def _check_empty(kind: str, total: int | None, page: Pagination, *, filtered: bool) -> None:
    if page.next:
        raise EmptyBeforeEnd(f"no entries and a next page {page.next}")
    if page.current and page.last and page.last > 1:
        raise EmptyBeforeEnd(f"no entries on page {page.current} of {page.last}")
    if total and not filtered and page.previous is None:
        raise EmptyBeforeEnd(f"no entries on the only page, {total} advertised")
    number = re.search(r"/page/([0-9]{1,6})/?$", page.previous or "")
    before = int(number[1]) if number else 1
    if total and not filtered and page.previous and total > before * max(_PAGE_SIZES.get(kind, (100,))):
        raise EmptyBeforeEnd(f"no entries on page {before + 1}, {total} advertised")


def _due(kind: str, total: int, page: Pagination, *, filtered: bool) -> tuple[int, int]:
    """How many entries this page must have, from least to most, by its place and the total."""
    anything = (1, total)
    if page.current is None or page.last is None or (filtered and page.current == page.last):
        return anything
    if page.last == 1:
        return total, total
    size = next((size for size in _PAGE_SIZES.get(kind, ()) if ceil(total / size) == page.last), None)
    if size is None:
        # Pages of whatever size it takes to fill so many of them.
        even = ceil(total / page.last), ceil(total / (page.last - 1)) - 1
        return anything if filtered or page.current == page.last else even
    if page.current < page.last:
        return size, size
    rest = total - size * (page.last - 1)
    return rest, rest
