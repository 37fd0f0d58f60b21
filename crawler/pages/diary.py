"""Reads a member's diary: one row a viewing, with its date."""

import re
from datetime import date

from selectolax.lexbor import LexborNode

from crawler.items import DiaryEntry, DiaryPage, PageInfo
from crawler.pages.errors import MarkupDrift
from crawler.pages.kinds import body_kind, require
from crawler.pages.listing import addressed_listing, page_owner
from crawler.pages.pagination import read_pagination
from crawler.pages.poster import POSTER, YEARLESS, Poster, read_poster
from crawler.pages.reaction import read_rating
from crawler.pages.source import Source
from crawler.pages.text import half_stars, number
from crawler.pages.totals import advertised_total, check_container, check_listing
from crawler.pages.trust import reader

_DAY = re.compile(r"/for/([0-9]{4})/([0-9]{2})/([0-9]{2})/$")


@reader
def parse(source: Source) -> DiaryPage:
    """One page of `/{user}/diary/films/…`, in page order."""
    page = read_pagination(source)
    listing = addressed_listing(source, page)
    kind = require(source, body_kind(source) or (listing.kind if listing else None), "diary")
    table = source.tree.css_first("table#diary-table, table.diary-table")
    generation, entries = _read_entries(table) if table is not None else (None, ())
    total = advertised_total(source.tree, kind, len(entries), page)
    check_container(kind, table, total, page)
    # Unclear whether the total counts films or viewings, so a last page cannot be held to it.
    binding = total if page.next or not entries else None
    check_listing(kind, len(entries), binding, page, filtered=listing is not None and listing.filtered)
    next_url = page.next_url(source.url)
    info = PageInfo(kind, generation, source.url, len(entries), next_url, page.last, total, source.is_document)
    return DiaryPage(info, page_owner(source, listing), entries)


def _read_entries(table: LexborNode) -> tuple[str | None, tuple[DiaryEntry, ...]]:
    read = [_read_entry(row) for row in table.css("tbody > tr")]
    if len({entry.viewing_id for _, entry in read}) != len(read):
        raise MarkupDrift(f"{len(read)} rows with the same viewing twice")
    return (read[0][0] if read else None), tuple(entry for _, entry in read)


def _read_entry(row: LexborNode) -> tuple[str, DiaryEntry]:
    viewing = _viewing_id(row)
    poster = row.css_first(POSTER)
    if poster is None:
        raise MarkupDrift(f"viewing {viewing} shows no film")
    film = read_poster(poster, poster.attributes)
    entry = DiaryEntry(
        viewing_id=viewing,
        slug=film.slug,
        letterboxd_id=film.letterboxd_id,
        title=film.title,
        year=_year(row, film),
        rating=_rating(row, film.slug),
        liked=_liked(row, film.slug),
        rewatch=_is_on(_cell(row, "rewatch", film.slug)),
        reviewed=_is_on(_cell(row, "review", film.slug)),
        watched_date=_watched_date(row, film.slug),
    )
    return film.generation, entry


def _viewing_id(row: LexborNode) -> int:
    viewing = number(row.attributes.get("data-viewing-id"), "data-viewing-id")
    if row.attributes.get("data-object-id") not in (None, f"viewing:{viewing}"):
        raise MarkupDrift(f"viewing {viewing} is also {row.attributes['data-object-id']}")
    return viewing


def _cell(row: LexborNode, name: str, slug: str) -> LexborNode:
    """The cell of that name; its class is `col-…` since 2025, `td-…` before."""
    cell = row.css_first(f"td.col-{name}, td.td-{name}")
    if cell is None:
        raise MarkupDrift(f"{slug}: a diary row without a {name} cell")
    return cell


def _is_on(cell: LexborNode) -> bool:
    return "icon-status-off" not in (cell.attributes.get("class") or "").split()


def _rating(row: LexborNode, slug: str) -> int | None:
    cell = _cell(row, "rating", slug)
    stars = cell.css_first("span.rating")
    # Unrated rows say rated-0 or nothing.
    rating = read_rating(stars.attributes.get("class") or "", lowest=0) if stars is not None else None
    # Newer pages of other kinds draw the stars, and say them in a label; a diary like that is not known yet.
    drawn = cell.css_first("[aria-label]")
    shown = half_stars((drawn.attributes["aria-label"] or "") if drawn is not None else cell.text(), slug)
    if shown != rating:
        raise MarkupDrift(f"{slug}: {shown} half-stars shown, {rating} stated")
    return rating


def _liked(row: LexborNode, slug: str) -> bool:
    marks = [mark for mark in _cell(row, "like", slug).iter() if mark.is_element_node]
    if any(not mark.attributes.get("class") for mark in marks):
        raise MarkupDrift(f"{slug}: a like without a class")
    return any("icon-liked" in (mark.attributes["class"] or "").split() for mark in marks)


def _year(row: LexborNode, film: Poster) -> int | None:
    """The film's year: the poster's, or that of the released column in generations without it on posters."""
    cell = row.css_first("td.col-releaseyear, td.td-released")
    if cell is None and film.generation in YEARLESS:
        raise MarkupDrift(f"{film.slug}: a diary row without a released cell")
    text = cell.text().strip() if cell is not None else ""
    released = number(text, f"{film.slug}: released") if text else None
    if film.year is None and film.generation in YEARLESS:
        return released
    if released not in (None, film.year):
        raise MarkupDrift(f"{film.slug}: of {film.year} and of {released}")
    return film.year


def _watched_date(row: LexborNode, slug: str) -> date:
    for link in row.css("td a[href]"):
        match = _DAY.search(link.attributes.get("href") or "")
        if match:
            try:
                return date(*map(int, match.groups()))
            except ValueError as error:
                raise MarkupDrift(f"{slug}: watched on {match[0]}") from error
    raise MarkupDrift(f"{slug}: a diary row without its date")
