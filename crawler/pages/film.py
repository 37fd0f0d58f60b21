"""Reads a film's own page: identities, title, directors, and how it is rated on average."""

import re
from typing import Any

from crawler.identity import film_id_from_uid, id_from_lid
from crawler.items import FilmPage, PageInfo
from crawler.pages.errors import MarkupDrift, UnexpectedKind
from crawler.pages.footer import read_footer
from crawler.pages.jsonld import json_ld, names
from crawler.pages.kinds import body_kind, require
from crawler.pages.poster import POSTER, SLUG, read_identifier, read_poster
from crawler.pages.source import Source
from crawler.pages.text import clean, number, plain, same_words, split_title
from crawler.pages.trust import reader

_PATH = re.compile(rf"(?:https?://[^/]+)?/film/({SLUG})/(?:\?.*)?")
_VIEWINGABLE = re.compile(r"data\.viewingable\.uid = '(\w+:\w+)'")
_REPORT = re.compile(r"/ajax/(\w+:\w+)/report-form")
_SHORT_URL = re.compile(r"https?://boxd\.it/(\w+)")
_AVERAGE = re.compile(r"([0-5](?:\.[0-9]+)?) out of 5")
_AVERAGE_ANNOUNCED = re.compile(r'"(?:[0-9.]+ out of 5|Average rating|twitter:(?:label|data)2)"')
_MAIN_POSTER = ", ".join(f".poster-list.-single {part}" for part in POSTER.split(", "))
_MASTHEAD = ".production-masthead", "#featured-film-header", ".film-header-lockup"
_DIRECTED_BY = re.compile(r"\bDirected by\b")


@reader
def parse(source: Source) -> FilmPage:
    """The page `/film/{slug}/`, of a film or a series."""
    kind = require(source, body_kind(source), "film")
    poster = source.tree.css_first(_MAIN_POSTER)
    shown = read_poster(poster, poster.attributes) if poster is not None else None
    slug = _slug(source)
    if shown is not None and shown.slug != slug:
        raise MarkupDrift(f"the page of {slug} shows the poster of {shown.slug}")
    linked = json_ld(source)
    title, year = _title(source, linked)
    footer = read_footer(source)
    average, rating_count = _ratings(source, linked)
    return FilmPage(
        info=PageInfo(kind, shown.generation if shown else None, source.url, 1, whole=source.is_document),
        slug=slug,
        letterboxd_id=_film_id(source, shown.letterboxd_id if shown else None),
        title=title,
        year=year,
        tmdb_id=footer.tmdb_id,
        tmdb_type=footer.tmdb_type,
        imdb_id=footer.imdb_id,
        directors=names(linked, "director") or _directors(source, linked),
        runtime_minutes=footer.runtime_minutes,
        genres=names(linked, "genre"),
        countries=names(linked, "countryOfOrigin"),
        poster_url=next(iter(names(linked, "image")), None),
        average=average,
        rating_count=rating_count,
    )


def _slug(source: Source) -> str:
    stated = _meta(source, "og:url") or source.url
    match = _PATH.fullmatch(stated)
    if match is None:
        raise UnexpectedKind(f"the page of {stated!r} instead of a film's own page")
    return match[1]


def _title(source: Source, linked: dict[str, Any]) -> tuple[str, int | None]:
    """Title and year, which the heading and the JSON-LD must repeat where they are."""
    title, year = split_title(clean(_meta(source, "og:title"), "og:title"))
    heading = source.tree.css_first("h1.primaryname .name, #featured-film-header h1, h1.filmtitle")
    for other in (plain(heading.text()) if heading is not None else "", *names(linked, "name")):
        if other and not same_words(other, title):
            raise MarkupDrift(f"titles {title!r} and {other!r}")
    link = source.tree.css_first(", ".join(f'{place} a[href^="/films/year/"]' for place in _MASTHEAD))
    if link is not None and number(link.text(), "release year") != year:
        raise MarkupDrift(f"{title}: of {year} and of {link.text().strip()}")
    return title, year


def _film_id(source: Source, from_poster: int | None) -> int:
    """The one id that all places of the page agree on; MarkupDrift when they do not, or when there is none."""
    backdrop = source.tree.css_first("#backdrop[data-production-uid]")
    report = source.tree.css_first(".text-footer [data-report-url]")
    short = source.tree.css_first('[id^="url-field-film-"]')
    identifier = source.tree.css_first('meta[name="production:identifier"]')
    script = _VIEWINGABLE.search(source.text)
    found = {from_poster} - {None}
    try:
        if script:
            found.add(film_id_from_uid(script[1]))
        if backdrop is not None:
            found.add(film_id_from_uid(backdrop.attributes["data-production-uid"] or ""))
        if report is not None and (match := _REPORT.fullmatch(report.attributes["data-report-url"] or "")):
            found.add(film_id_from_uid(match[1]))
        if short is not None and (match := _SHORT_URL.fullmatch(short.attributes.get("value") or "")):
            found.add(id_from_lid(match[1]))
        if identifier is not None:
            lid, uid = read_identifier(identifier.attributes.get("content") or "")
            found |= {film_id_from_uid(uid), id_from_lid(lid) if lid else film_id_from_uid(uid)}
    except ValueError as error:
        raise MarkupDrift(str(error)) from error
    if len(found) != 1:
        raise MarkupDrift(f"a film page with the identities of {len(found)} films, {sorted(found)}")
    return found.pop()


def _ratings(source: Source, linked: dict[str, Any]) -> tuple[float | None, int | None]:
    rating = linked.get("aggregateRating") or {}
    average, count = rating.get("ratingValue"), rating.get("ratingCount")
    if count is not None and (type(count) is not int or count < 0):
        raise MarkupDrift(f"ratingCount is {count!r}")
    match = _AVERAGE.fullmatch(_meta(source, "twitter:data2", "name"))
    average = float(match[1]) if match else average
    if average is None and _AVERAGE_ANNOUNCED.search(source.text):
        raise MarkupDrift("an average rating that is announced and missing")
    if average is not None and not (isinstance(average, (int, float)) and 0 <= average <= 5):
        raise MarkupDrift(f"an average rating of {average!r}")
    return average, count


def _directors(source: Source, linked: dict[str, Any]) -> tuple[str, ...]:
    for place in _MASTHEAD:
        masthead = source.tree.css_first(place)
        if masthead is None:
            continue
        found = [clean(link.text(), "director") for link in masthead.css('a[href^="/director/"]')]
        if not found and _DIRECTED_BY.search(masthead.text()):
            raise MarkupDrift("directors that are announced and missing")
        return tuple(dict.fromkeys(found))
    if not linked:
        raise MarkupDrift("a film page with neither masthead nor JSON-LD")
    return ()


def _meta(source: Source, name: str, attribute: str = "property") -> str:
    meta = source.tree.css_first(f'meta[{attribute}="{name}"]')
    return plain(meta.attributes.get("content")) if meta else ""
