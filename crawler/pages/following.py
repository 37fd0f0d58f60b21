"""Reads tables of people: following, followers, and the members behind a list or a film."""

import re

from selectolax.lexbor import LexborNode

from crawler.items import PageInfo, PeoplePage, Person
from crawler.pages.errors import MarkupDrift
from crawler.pages.kinds import body_kind, require
from crawler.pages.listing import addressed_listing, page_owner
from crawler.pages.pagination import read_pagination
from crawler.pages.source import Source
from crawler.pages.text import clean, username
from crawler.pages.totals import advertised_total, check_container, check_listing
from crawler.pages.trust import reader

_TABLES = {"table.member-table": "member-table", "table.person-table": "person-table"}
_PROFILE = re.compile(r"/([^/\s]+)/")


@reader
def parse(source: Source) -> PeoplePage:
    """One page of people in page order; its kind is following, followers, or members for all other tables."""
    generation, table = _find_table(source)
    kind = body_kind(source)
    if kind not in ("following", "followers"):
        kind = "members" if table is not None else require(source, kind, "following", "followers")
    page = read_pagination(source)
    people = _read_people(table) if table is not None else ()
    total = advertised_total(source.tree, kind, len(people), page)
    check_container(kind, table, total, page)
    check_listing(kind, len(people), total, page, filtered=False)
    owner = page_owner(source, addressed_listing(source, page))
    next_url = page.next_url(source.url)
    info = PageInfo(kind, generation, source.url, len(people), next_url, page.last, total, source.is_document)
    return PeoplePage(info, owner, people)


def _find_table(source: Source) -> tuple[str | None, LexborNode | None]:
    for selector, generation in _TABLES.items():
        table = source.tree.css_first(selector)
        if table is not None:
            return generation, table
    return None, None


def _read_people(table: LexborNode) -> tuple[Person, ...]:
    people = tuple(_read_person(row) for row in table.css("tbody > tr"))
    if len({person.username for person in people}) != len(people):
        raise MarkupDrift(f"{len(people)} rows with the same person twice")
    return people


def _read_person(row: LexborNode) -> Person:
    link = row.css_first("a.name")
    match = _PROFILE.fullmatch((link.attributes.get("href") or "") if link else "")
    if match is None:
        raise MarkupDrift("a row of people without a link to a member")
    name = username(match[1], "a member's link")
    avatar = row.css_first("a.avatar")
    if avatar is not None and (avatar.attributes.get("href") or "").strip("/").lower() != name:
        raise MarkupDrift(f"{name}: the avatar leads to another member")
    # Badges such as "Crew" stand in elements of their own, and so do names on other pages.
    shown = link.text(deep=False)
    inner = link.css_first("span:not(.badge)") if not shown.strip() else None
    return Person(name, clean(inner.text() if inner is not None else shown, f"{name}: display name"))
