"""Reads the tiles of a poster grid: the film of each, and what the member made of it."""

from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from crawler.items import Tile
from crawler.pages.errors import MarkupDrift, PageError, UnknownGeneration
from crawler.pages.poster import POSTER, Attributes, is_poster, read_poster
from crawler.pages.reaction import half_stars_of, read_reaction
from crawler.pages.source import Source

# Where a tile shows a rating: in the paragraph below the poster, on the item itself, or not at all.
_REACTION, _OWNER, _NOWHERE = "reaction", "owner rating", "no rating"
_ON_FILMS = _REACTION, False
GRID = "ul:is(.js-list-entries, .poster-list, .grid), .poster-grid > ul"


@dataclass(frozen=True, slots=True)
class Grid:
    """The tiles in page order; `reactions` says whether the tiles show what the member made of the films."""

    generation: str | None
    tiles: tuple[Tile, ...]
    reactions: bool
    numbered: bool


def find_grid(source: Source) -> LexborNode | None:
    """The page's main list of posters, or the body of a fragment that is nothing but tiles; None without posters.

    Raises UnknownGeneration for a page with posters outside any known kind of list.
    """
    grid = source.tree.css_first(GRID)
    if grid is not None or source.tree.css_first(POSTER) is None:
        return grid
    if source.is_document:
        raise UnknownGeneration("posters outside any list of posters that is known")
    return source.body


def read_grid(grid: LexborNode) -> Grid:
    """All tiles of a list of posters.

    Raises UnknownGeneration for a list of other things, MarkupDrift for tiles without a film, twice the same
    film, or tiles of which only some have an id or a place for a rating.
    """
    items = [node for node in grid.iter() if node.is_element_node]
    if grid.tag != "body" and any(item.tag != "li" for item in items):
        raise UnknownGeneration(f"a list of posters that holds {sorted({item.tag or '' for item in items})}")
    read = [_read_item(item, position) for position, item in enumerate(items, 1)]
    tiles = tuple(tile for _, tile, _ in read)
    makes = {(*make, tile.letterboxd_id is None) for _, tile, make in read}
    if len(makes) > 1:
        raise MarkupDrift(f"tiles of different make, {sorted(makes)}")
    ids = [tile.letterboxd_id for tile in tiles if tile.letterboxd_id is not None]
    if len({tile.slug for tile in tiles}) != len(tiles) or len(set(ids)) != len(ids):
        raise MarkupDrift(f"{len(tiles)} tiles show the same film twice")
    generation, _, (place, numbered) = read[0] if read else (None, None, (_NOWHERE, False))
    return Grid(generation, tiles, place == _REACTION, numbered)


def _read_item(item: LexborNode, position: int) -> tuple[str, Tile, tuple[str, bool]]:
    """Generation, tile, where it shows a rating and whether it is numbered; a PageError names the tile."""
    try:
        return _read_tile(item)
    except PageError as error:
        raise type(error)(f"tile {position}: {error.found}") from error


def _read_tile(item: LexborNode) -> tuple[str, Tile, tuple[str, bool]]:
    poster, attributes, reaction = _parts(item)
    if reaction is None:
        generation, slug, letterboxd_id, title, year = read_poster(poster, attributes)
        around = item.attributes
        owner_rating = around.get("data-owner-rating")
        numbered = "numbered-list-item" in (around.get("class") or "")
        if owner_rating is None:
            return generation, Tile(slug, letterboxd_id, title, year), (_NOWHERE, numbered)
        rating = half_stars_of(owner_rating, "the list owner's rating", lowest=0)
        return generation, Tile(slug, letterboxd_id, title, year, rating), (_OWNER, numbered)
    paragraph, below = reaction
    generation, slug, letterboxd_id, title, year = read_poster(poster, attributes, below.get("data-item-uid"))
    rating, liked = read_reaction(paragraph, below["class"] or "")
    return generation, Tile(slug, letterboxd_id, title, year, rating, liked), _ON_FILMS


def _parts(item: LexborNode) -> tuple[LexborNode, Attributes, tuple[LexborNode, Attributes] | None]:
    """The poster of an item with its attributes, and its reaction paragraph with its own, where there is one."""
    posters, reaction = [], None
    part = item.first_child
    while part is not None:  # `iter` would take five times as long
        if part.is_element_node:
            attributes = part.attributes
            if part.tag == "p":
                classes = attributes.get("class")
                if not classes:
                    raise MarkupDrift("a paragraph without a class")
                if "poster-viewingdata" in classes:
                    reaction = part, attributes
            elif is_poster(attributes):
                posters.append((part, attributes))
        part = part.next
    if not posters:
        # Deeper inside, or the item itself, with or without more posters within the outermost.
        found = [part for part in (item, *item.css(POSTER)) if is_poster(part.attributes)]
        outer = [part for part in found if part is found[0] or not _is_within(part, found[0])]
        posters = [(part, part.attributes) for part in outer]
        deep = item.css_first("p.poster-viewingdata")
        reaction = deep and (deep, deep.attributes)
    if len(posters) != 1:
        raise MarkupDrift(f"{len(posters)} films in one tile")
    return *posters[0], reaction


def _is_within(node: LexborNode | None, outer: LexborNode) -> bool:
    while node is not None and node.mem_id != outer.mem_id:
        node = node.parent
    return node is not None
