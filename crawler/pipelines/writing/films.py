"""What is stored of films: their pages, histograms and identities, and what TMDB and Wikidata say of them."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection

from crawler.items import FilmPage, TmdbRecord, WikidataTitle
from crawler.observations import (
    EnrichmentFailed,
    FilmRead,
    HistogramRead,
    IdentityDoubted,
    SearchRead,
    TmdbMerged,
    TmdbRead,
    TmdbUnchanged,
    WikidataRead,
)
from crawler.pipelines.writing.dispatch import write
from schema.store import facts, films, identities, metadata, payloads

logger = logging.getLogger(__name__)

_POSTERS = "https://image.tmdb.org/t/p/w342"  # TMDB gives paths; w342 is its size for lists of posters


@write.register
def _film(item: FilmRead, connection: Connection, run_id: int) -> None:
    page = item.page
    (film_id,) = films.resolve(connection, [films.Identity(page.slug, page.letterboxd_id, page.title, page.year)])
    if item.film_id not in (None, film_id):
        # What members said of this one stays where it is.
        reason = f"page: {item.slug} now leads to film:{page.letterboxd_id}, {page.slug}"
        logger.warning("film %d: %s", item.film_id, reason)
        if page.slug == item.slug:  # a slug that has changed hands; the film is asked for by its number next
            metadata.fail(connection, [item.film_id], "identity", reason)
        else:  # a redirect: merged upstream
            metadata.settle(connection, [item.film_id], "identity", "absent", reason=reason)
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
    if not item.absent:
        metadata.fail(connection, film_ids, kind, reason)
    elif kind == "tmdb":
        logger.warning("TMDB has no %s, which films %s are", item.key, list(film_ids))
        identities.gone(connection, film_ids, reason)
    elif kind == "histogram":
        for film_id in film_ids:
            facts.no_histogram(connection, film_id, reason)
    else:
        metadata.settle(connection, film_ids, kind, "absent", reason=reason)


def _films_of(connection: Connection, item: EnrichmentFailed) -> Sequence[int]:
    if item.kind == "tmdb":
        kind, _, number = item.key.partition("/")
        title = kind, int(number)
        return identities.films_by_title(connection, [title]).get(title, [])
    film_id = facts.by_slug(connection, item.key)
    return [] if film_id is None else [film_id]
