"""One member's listing as it is being read: what was known of it, what has been met, and whether to read on."""

from collections.abc import Collection, Sequence

from crawler.items import Tile
from schema.store.known import KnownTile

Key = int | str


class Reading:
    """Follows the tiles of a listing, page by page.

    `way` is one of `schema.store.listings.WAYS`, `number` that of the page asked for next. A reading that
    went over several pages can be in doubt: a film taken back meanwhile moves the following ones up, and the
    first of the next page slips to the page before it, which has been read. So a reading of every page is in
    doubt when it lacks something known, one that goes newest first always. It is then begun again, once.
    """

    def __init__(
        self, username: str, way: str, known: Collection[KnownTile] = (), *, halt_after: int = 1, number: int = 1
    ) -> None:
        self.username = username
        self.way = way
        self.number = number
        self.again = False
        self.halted = False
        self._halt_after = halt_after
        self._known = {key: tile for tile in known for key in (tile.letterboxd_id, tile.slug) if key is not None}
        self._lacking = {_key(tile): tile for tile in known if not tile.staged}
        self._all = known
        self._matches = 0

    def take(self, tiles: Sequence[Tile]) -> None:
        """Takes in the tiles of the next page, in their order."""
        self.number += 1
        if not self._known:
            return
        for tile in tiles:
            known = self._find(tile)
            if known is not None:
                self._lacking.pop(_key(known), None)
            same = known is not None and known.read and (known.rating, known.liked) == (tile.rating, tile.liked)
            self._matches = self._matches + 1 if same else 0
        # The whole page counts, having been read: news below some known tiles proves that these prove nothing.
        self.halted = self.way == "newest" and self._matches >= self._halt_after

    def in_doubt(self) -> bool:
        """Whether a tile may have slipped past, and nobody has looked again yet."""
        several = self.number > 2
        return several and not self.again and bool(self.way == "newest" or self._lacking)

    def start_again(self) -> None:
        """Forgets what was met, for a second look."""
        self.again, self.halted, self.number, self._matches = True, False, 1, 0
        self._lacking = {_key(tile): tile for tile in self._all}

    def turn(self, way: str) -> None:
        """Goes another way from the start, because this one is closed."""
        self.way, self.number, self._matches = way, 1, 0

    def _find(self, tile: Tile) -> KnownTile | None:
        known = self._known.get(tile.letterboxd_id) if tile.letterboxd_id is not None else None
        if known is None:
            known = self._known.get(tile.slug)
            if known is not None and None not in (known.letterboxd_id, tile.letterboxd_id):
                return None  # the slug has moved to another film
        return known


def _key(tile: KnownTile) -> Key:
    return tile.letterboxd_id if tile.letterboxd_id is not None else tile.slug or ""
