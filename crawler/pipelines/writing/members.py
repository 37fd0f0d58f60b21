"""What is stored of members: their listings, whom they follow, their lists and feeds."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from crawler.items import FeedItem, GridPage, ProfilePage, Tile
from crawler.observations import FeedRead, FilmListFailed, FilmListRead, ListingFailed, ListingRead, PeopleRead
from crawler.pipelines.writing.dispatch import write
from schema.store import completeness, feeds, films, listings, lists, members
from schema.store.completeness import TilesRead

logger = logging.getLogger(__name__)

# The films of a crawl by what tiles say of them, so that known ones need no statement.
Film = tuple[str, int | None, str, int | None]
Known = dict[Film, int]


def write_listings(connection: Connection, items: Sequence[ListingRead], run_id: int, known: Known) -> Known:
    """Stages pages, in few statements for all of them, and swaps in the listings that they complete.

    Returns the films that are not in `known` yet; they are certain once the transaction is.
    """
    ids = members.upsert(connection, {item.username: None for item in items} | _shown_names(items))
    items = [item for item in items if item.username in ids]  # without those who were erased meanwhile
    pages = [(item, [(tile[:4], tile.rating, tile.liked) for tile in _tiles(item)]) for item in items]
    strangers = {film: None for _, page in pages for film, _, _ in page if film not in known}
    identities = [films.Identity(*film) for film in strangers]
    found = dict(zip(strangers, films.resolve(connection, identities), strict=True))
    listings.stage(
        connection,
        run_id,
        [
            listings.StagedPage(
                member_id=ids[item.username],
                kind=item.kind,
                number=item.number,
                films=[(known.get(film) or found[film], rating, liked) for film, rating, liked in page],
                next_url=item.next_url,
                observed_at=item.observed_at,
                way=item.way,
            )
            for item, page in pages
        ],
    )
    finished = {(ids[item.username], item.kind) for item in items if item.next_url is None}
    for member_id, kind in sorted(finished):  # one order for all writers, so that two of them never deadlock
        members.mark_present(connection, member_id)
        listings.complete(connection, run_id, member_id, kind)
    # Last: all writers of the run want this one row, and hold it to the end of the transaction.
    completeness.add(connection, run_id, _tiles_read(items))
    return found


def _tiles(item: ListingRead) -> Sequence[Tile]:
    return item.page.favorites if isinstance(item.page, ProfilePage) else item.page.tiles


def _tiles_read(items: Sequence[ListingRead]) -> TilesRead:
    """What the tiles of grids told; a profile's favourites are none of these."""
    tiles = rating_states = like_flags = letterboxd_ids = 0
    for item in items:
        if isinstance(item.page, GridPage):
            shown = len(item.page.tiles)
            # Likes are asked for without a rating: what their tiles do not show, the listing says.
            told = item.page.reactions or item.kind == "likes"
            tiles += shown
            rating_states += shown if told else sum(tile.rating is not None for tile in item.page.tiles)
            like_flags += shown if told else 0
            letterboxd_ids += sum(tile.letterboxd_id is not None for tile in item.page.tiles)
    return TilesRead(tiles, rating_states, like_flags, letterboxd_ids)


def _shown_names(items: Sequence[ListingRead]) -> dict[str, str]:
    return {item.username: item.page.display_name for item in items if isinstance(item.page, ProfilePage)}


@write.register
def _listing_failed(item: ListingFailed, connection: Connection, run_id: int) -> None:
    if item.missing:
        members.mark_missing(connection, item.username, item.observed_at)
    member_id = members.ids_by_username(connection, [item.username]).get(item.username)
    if member_id is not None:
        listings.fail(connection, member_id, item.kind, item.reason)


@write.register
def _feed(item: FeedRead, connection: Connection, run_id: int) -> None:
    member_id = members.ids_by_username(connection, [item.username]).get(item.username)
    if member_id is None or not (item.instead_of or item.username in feeds.opted_in(connection)):
        return  # erased, or withdrawn, while the feed was on its way
    missed = None
    if item.page is not None:
        entries = [_entry(entry) for entry in item.page.items if entry.kind != "list"]
        missed = feeds.tell(connection, member_id, entries, item.observed_at)
        feeds.keep_validators(connection, member_id, item.etag, item.last_modified)
    found = None if item.page is None else item.page.info.found
    feeds.read(connection, run_id, member_id, observed_at=item.observed_at, found=found)
    if item.instead_of:
        listings.stand_in(connection, run_id, member_id, item.instead_of)
    if missed:
        logger.warning("rss of %s: %s", item.username, missed)
        listings.fail(connection, member_id, "rss", missed)


def _entry(item: FeedItem) -> feeds.Entry:
    tmdb = (item.tmdb_type, item.tmdb_id) if item.tmdb_type and item.tmdb_id else None
    return feeds.Entry(
        entry_id=item.entry_id,
        film=films.Identity(item.slug, item.letterboxd_id, item.title, item.year, tmdb),
        published=item.published,
        rating=item.rating,
        liked=item.liked,
        rewatch=item.rewatch,
        watched_date=item.watched_date,
        link=item.link,
    )


@write.register
def _people(item: PeopleRead, connection: Connection, run_id: int) -> None:
    ids = members.upsert(
        connection, {item.username: None} | {person.username: person.display_name for person in item.people}
    )
    member_id = ids.pop(item.username, None)
    if member_id is None:
        return  # erased meanwhile
    members.replace_follows(connection, member_id, ids.values(), direction=item.direction)
    listings.record(connection, run_id, member_id, item.direction, observed_at=item.observed_at, found=len(item.people))


@write.register
def _film_list(item: FilmListRead, connection: Connection, run_id: int) -> None:
    owner, slug = item.address.split("/")
    ids = members.upsert(connection, {owner: None} | {person.username: person.display_name for person in item.people})
    if owner not in ids:
        return  # erased meanwhile
    lists.replace(
        connection,
        run_id,
        ids[owner],
        slug,
        title=item.title,
        film_ids=films.resolve(connection, [films.Identity(*tile[:4]) for tile in item.tiles]),
        liked_by=[ids[person.username] for person in item.people if person.username in ids],
        observed_at=item.observed_at,
    )


@write.register
def _film_list_failed(item: FilmListFailed, connection: Connection, run_id: int) -> None:
    """Nothing: what is stored of the list stays, and the crawl's report says what happened."""
