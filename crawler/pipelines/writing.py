"""What storing each kind of observation means."""

import logging
from collections.abc import Sequence
from functools import singledispatch

from sqlalchemy import Connection

from crawler.items import FeedItem, FilmPage, GridPage, ProfilePage, Tile, TmdbRecord, WikidataTitle
from crawler.observations import (
    EnrichmentFailed,
    FeedRead,
    FilmListFailed,
    FilmListRead,
    FilmRead,
    HistogramRead,
    IdentityDoubted,
    ListingFailed,
    ListingRead,
    Observation,
    PeopleRead,
    SearchRead,
    TmdbMerged,
    TmdbRead,
    TmdbUnchanged,
    WikidataRead,
)
from schema.store import completeness, facts, feeds, films, identities, listings, lists, members, metadata, payloads
from schema.store.completeness import TilesRead

logger = logging.getLogger(__name__)

_POSTERS = "https://image.tmdb.org/t/p/w342"  # TMDB gives paths; w342 is its size for lists of posters


@singledispatch
def write(item: Observation, connection: Connection, run_id: int) -> None:
    """Stores one observation under a run."""
    raise TypeError(f"nothing here stores {type(item).__name__}")


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
    if member_id is None or item.username not in feeds.opted_in(connection):
        return  # erased, or withdrawn, while the feed was on its way
    missed = None
    if item.page is not None:
        entries = [_entry(entry) for entry in item.page.items if entry.kind != "list"]
        missed = feeds.tell(connection, member_id, entries, item.observed_at)
        feeds.keep_validators(connection, member_id, item.etag, item.last_modified)
    found = None if item.page is None else item.page.info.found
    feeds.read(connection, run_id, member_id, observed_at=item.observed_at, found=found)
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


@write.register
def _film(item: FilmRead, connection: Connection, run_id: int) -> None:
    page = item.page
    (film_id,) = films.resolve(connection, [films.Identity(page.slug, page.letterboxd_id, page.title, page.year)])
    if item.film_id not in (None, film_id):
        # The address now leads to another film: merged upstream. What members said of this one stays where it is.
        reason = f"page: {item.slug} now leads to film:{page.letterboxd_id}, {page.slug}"
        logger.warning("film %d: %s", item.film_id, reason)
        metadata.fail(connection, [item.film_id], "identity", reason)
    films.led(connection, item.slug, film_id)
    if isinstance(page, FilmPage):
        identities.identify(
            connection,
            film_id,
            tmdb_type=page.tmdb_type,
            tmdb_id=page.tmdb_id,
            imdb_id=page.imdb_id,
            found_by="page",
        )
        facts.note_page(connection, film_id, page.rating_count, item.observed_at)
    facts.fill(connection, film_id, runtime_minutes=page.runtime_minutes, directors=page.directors)


@write.register
def _histogram(item: HistogramRead, connection: Connection, run_id: int) -> None:
    film_id = item.film_id or facts.by_slug(connection, item.slug)
    if film_id is None:
        return  # asked for by hand, a film no member of ours has met
    facts.keep_histogram(
        connection,
        film_id,
        item.page.counts,
        average=item.page.average,
        rating_count=item.page.rating_count,
        fans=item.page.fans,
        fetched_at=item.observed_at,
    )


@write.register
def _wikidata(item: WikidataRead, connection: Connection, run_id: int) -> None:
    titles: dict[str, list[WikidataTitle]] = {}
    for title in item.page.titles:
        titles.setdefault(title.slug, []).append(title)
    certain = {film: titles[slug][0] for film, slug in item.slugs.items() if len(titles.get(slug, ())) == 1}
    identities.identify_all(
        connection,
        [identities.Found(film, title.tmdb_type, title.tmdb_id, title.imdb_id) for film, title in certain.items()],
        "wikidata",
    )
    conflicts = {
        film: [metadata.Candidate("wikidata", t.tmdb_type, t.tmdb_id, "Wikidata has several") for t in titles[slug]]
        for film, slug in item.slugs.items()
        if film not in certain and slug in titles
    }
    metadata.keep_open(connection, "wikidata", [film for film in item.slugs if film not in certain], conflicts)


def write_searches(items: Sequence[SearchRead], connection: Connection) -> None:
    """Stores what searches came to, in few statements for all of them."""
    accepted = [identities.Found(item.film_id, *item.accepted) for item in items if item.accepted]
    identities.identify_all(connection, accepted, "search")
    still_open = {item.film_id: item.candidates for item in items if not item.accepted}
    metadata.keep_open(connection, "search", list(still_open), still_open)


def write_titles(items: Sequence[TmdbRead], connection: Connection) -> None:
    """Stores TMDB's answers and what they say of the films that are these titles, in few statements for all."""
    latest = {(item.record.tmdb_type, item.record.tmdb_id): item for item in items}
    payloads.keep(connection, [item.payload for item in latest.values()])
    films_by_title = identities.films_by_title(connection, latest)
    facts.describe_all(
        connection, {film: facts_of(latest[title].record) for title, ids in films_by_title.items() for film in ids}
    )


def facts_of(record: TmdbRecord) -> facts.Facts:
    """What a record says, in the columns of `films`."""
    return facts.Facts(
        original_title=record.original_title,
        release_date=record.release_date,
        release_year=record.year,
        runtime_minutes=record.runtime_minutes,
        poster_url=f"{_POSTERS}{record.poster_path}" if record.poster_path else None,
        imdb_id=record.imdb_id,
        collection=record.collection,
        genres=list(record.genres),
        countries=list(record.countries),
        languages=list(record.languages),
        credits=[(c.role, c.person_id, c.name, c.position) for c in record.credits or ()],
    )


@write.register
def _tmdb_unchanged(item: TmdbUnchanged, connection: Connection, run_id: int) -> None:
    payloads.still_valid(connection, item.title, item.observed_at, item.expires_at)


@write.register
def _tmdb_merged(item: TmdbMerged, connection: Connection, run_id: int) -> None:
    logger.warning("TMDB has merged %s/%d into %s/%d", *item.old, *item.new)
    identities.move(connection, item.old, item.new)


@write.register
def _doubted(item: IdentityDoubted, connection: Connection, run_id: int) -> None:
    logger.info("film %d is not what %s says: %s", item.film_id, item.source, item.reason)
    identities.reject(connection, item.film_id, item.source, item.reason)


@write.register
def _enrichment_failed(item: EnrichmentFailed, connection: Connection, run_id: int) -> None:
    kind, reason = item.kind, item.reason
    if kind in metadata.SOURCES:
        kind, reason = "identity", f"{kind}: {reason}"
    film_ids = item.film_ids or _films_of(connection, item)
    if item.absent:
        metadata.settle(connection, film_ids, kind, "absent", reason=reason)
    else:
        metadata.fail(connection, film_ids, kind, reason)


def _films_of(connection: Connection, item: EnrichmentFailed) -> Sequence[int]:
    if item.kind == "tmdb":
        kind, _, number = item.key.partition("/")
        title = kind, int(number)
        return identities.films_by_title(connection, [title]).get(title, [])
    film_id = facts.by_slug(connection, item.key)
    return [] if film_id is None else [film_id]
