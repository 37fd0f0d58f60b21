"""Reads one page of a poster listing, with the proof that it is whole."""

from collections.abc import Sequence
from dataclasses import replace

from selectolax.lexbor import LexborNode

from crawler.items import GridPage, PageInfo, Tile
from crawler.pages.errors import FilledByScript, MarkupDrift, UnknownGeneration
from crawler.pages.grid import GRID, Grid, find_grid, read_grid
from crawler.pages.kinds import Listing, body_kind, listing_of, own_listing, require
from crawler.pages.pagination import Pagination, read_pagination
from crawler.pages.source import Source
from crawler.pages.text import username
from crawler.pages.totals import advertised_total, check_container, check_listing

_NOTHING = Grid(None, (), reactions=False, numbered=False)


def read_listing(source: Source, *allowed: str) -> tuple[GridPage, Grid]:
    """The page and its grid, for listings of the kinds allowed.

    A page without tiles is accepted when its body class names the kind and it shows an empty list of posters
    or advertises none. Raises the PageError that says why a page cannot be trusted.
    """
    stated = body_kind(source)
    if stated is not None:
        require(source, stated, *allowed)
    element = find_grid(source)
    page = read_pagination(source, element)
    listing = addressed_listing(source, page)
    kind = stated or require(source, _shown_kind(source, listing, element, allowed[0]), *allowed)
    grid = read_grid(element) if element is not None else _NOTHING
    found = len(grid.tiles)
    total = advertised_total(source.tree, kind, found, page)
    if element is None and total != 0 and source.tree.css_first(".csi[data-src]") is not None:
        raise FilledByScript(f"a {kind} page with a place for the list of its entries, and nothing in it", GRID)
    check_container(kind, element, total, page)
    if not found and stated is None:
        raise UnknownGeneration("an empty list of posters on a page that does not say what it lists")
    if kind == "films" and found and source.is_document and not grid.reactions:
        raise MarkupDrift("no tile has a place for the member's rating")
    if kind == "watchlist":
        grid = _without_reactions(grid)
    if kind == "films" and listing is not None and listing.rated:
        _check_rated(grid.tiles)
    check_listing(kind, found, total, page, filtered=listing is not None and listing.filtered)
    next_url = page.next_url(source.url)
    info = PageInfo(kind, grid.generation, source.url, found, next_url, page.last, total, source.is_document)
    return GridPage(info, page_owner(source, listing), grid.tiles, grid.reactions), grid


def _without_reactions(grid: Grid) -> Grid:
    """A watchlist has no ranks, and what it says of ratings, it says as lists do."""
    if grid.numbered or (grid.reactions and any(tile.rating or tile.liked for tile in grid.tiles)):
        raise MarkupDrift("a watchlist with ranks or reactions")
    return replace(grid, reactions=False)


def _check_rated(tiles: Sequence[Tile]) -> None:
    """A listing of rated films proves by their ratings that the scripts of the page have nothing to add."""
    lacking = sum(tile.rating is None for tile in tiles)
    if lacking and lacking == len(tiles):
        raise FilledByScript(f"{lacking} rated films, none with its rating", "p.poster-viewingdata .rating")
    if lacking:
        raise MarkupDrift(f"{lacking} of {len(tiles)} rated films without their ratings")


def addressed_listing(source: Source, page: Pagination) -> Listing | None:
    """The listing that the page's address or else its links name; MarkupDrift when they name two."""
    own, link = own_listing(source), page.next or page.previous
    if link is None:
        return own
    linked = listing_of(link)
    if own and (linked is None or (own.owner, own.kind) != (linked.owner, linked.kind)):
        raise MarkupDrift(f"{own.kind} of {own.owner} that go on at {link}")
    return own or linked


def page_owner(source: Source, listing: Listing | None) -> str | None:
    """The member whose page it is; MarkupDrift when the body and the address name two."""
    stated = source.body.attributes.get("data-owner")
    owner = username(stated, "data-owner") if stated else None
    addressed = username(listing.owner, "the owner in the address") if listing else None
    if owner and addressed and owner != addressed:
        raise MarkupDrift(f"a page of {owner} in a listing of {addressed}")
    return owner or addressed


def _shown_kind(source: Source, listing: Listing | None, grid: LexborNode | None, asked: str) -> str | None:
    """The kind of a page without a telling body class; fragments that tell nothing are what was asked for."""
    if listing is not None:
        return listing.kind
    if grid is not None and "js-list-entries" in (grid.attributes.get("class") or "").split():
        return "list"
    return asked if grid is not None and not source.is_document else None
