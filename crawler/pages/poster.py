"""Reads one poster: which film it is, in every generation of its markup."""

import html
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from crawler.identity import film_id_from_uid, id_from_lid
from crawler.pages.errors import MarkupDrift, UnknownGeneration
from crawler.pages.text import clean, number, split_title

_MARKS = ("data-item-slug", "data-film-slug", "data-film-link", "data-postered-identifier")
POSTER = ", ".join(f"[{mark}]" for mark in _MARKS)

# Generations whose posters show no year, except where a browser filled them in.
YEARLESS = frozenset({"0", "A0", "A"})
SLUG = r"[A-Za-z0-9_.:~%+-]{1,250}"
_SLUG = re.compile(SLUG)
_FILM_PAGE = re.compile(rf"/film/({SLUG})/")
_FILM_PATH = re.compile(rf"/film/({SLUG})/(?:json/|image-[0-9]+/)?")
_CLASS_WITH_ID = re.compile(r"\bfilm-poster-([0-9]+)\b")
# What repeats the slug, except where it leads to a member's review.
_SLUG_ECHOES = ("data-item-link", "data-film-link", "data-poster-url", "data-details-endpoint", "data-target-link")
_IDENTITIES = ("data-postered-identifier", "data-item-uid", "data-item-id", "data-film-id")
_IDENTIFIER = re.compile(r'\{"lid":"(\w+)","uid":"([\w:]+)"')
_IMAGE_LINK, _IMAGE_UID = '"posteredBaseLink":"/film/', '"uid":"film:'

# Real posters have 1,700 characters of attributes: 14 MB when all are remembered, whatever pages bring.
_FILMS_REMEMBERED = 8_192
_LONGEST_REMEMBERED = 4_000

Attributes = Mapping[str, str | None]


class Poster(NamedTuple):
    """The film of a poster, and the generation of the markup that shows it."""

    generation: str
    slug: str
    letterboxd_id: int | None
    title: str
    year: int | None


def is_poster(attributes: Attributes) -> bool:
    """Whether an element with these attributes is one that POSTER selects."""
    return "data-item-slug" in attributes or any(mark in attributes for mark in _MARKS)


def read_poster(node: LexborNode, attributes: Attributes, uid: str | None = None) -> Poster:
    """The film of a poster element with its attributes; `uid` is what the tile around it says besides.

    Raises MarkupDrift when identities are missing or disagree, UnknownGeneration for other elements.
    """
    name = attributes.get("data-item-full-display-name")
    if name is None:
        return _read(node, attributes, uid)
    # Then the attributes tell all, and a film met again mostly has the same ones. Joined, they are compared in
    # half the time that two mappings take.
    try:
        said = "\0".join((*attributes, *attributes.values()))
    except TypeError:  # an attribute without a value
        return _read(None, attributes, uid)
    told = _remembered.get(name)
    if told is None or told[1] != uid or told[0] != said:
        told = said, uid, _read(None, attributes, uid)
        if len(said) <= _LONGEST_REMEMBERED:
            if len(_remembered) >= _FILMS_REMEMBERED:
                _remembered.clear()
            _remembered[name] = told
    return told[2]


_remembered: dict[str, tuple[str, str | None, Poster]] = {}


def _read(node: LexborNode | None, attributes: Attributes, uid: str | None) -> Poster:
    generation = _generation(attributes)
    slug = _slug(attributes)
    if generation not in ("0", "A0") and not any(map(attributes.get, _IDENTITIES)):
        # A uid beside the poster confirms its id; alone it may be that of the next tile, where a page was torn.
        raise MarkupDrift(f"{slug}: no film id in generation {generation}")
    film_id = _film_id(attributes, slug, uid)
    return Poster(generation, slug, film_id, *_title(node, attributes, generation, slug))


def _generation(attributes: Attributes) -> str:
    if "data-item-slug" in attributes or "data-item-link" in attributes:
        if attributes.get("data-component-class") == "globals.comps.LazyPoster":
            return "B1"
        return "B2" if "data-film-id" in attributes else "C"
    slug = attributes.get("data-film-slug")
    if slug and "/" not in slug:
        return "A"
    if slug and "data-film-id" in attributes:
        return "A0"
    if slug or attributes.get("data-film-link"):
        return "0"
    raise UnknownGeneration("a poster without a slug in any known attribute")


def _slug(attributes: Attributes) -> str:
    """The slug, which older generations write as a path; links to other films are drift."""
    slug = attributes.get("data-item-slug") or attributes.get("data-film-slug") or ""
    if not slug or "/" in slug:
        path = slug or next(filter(None, map(attributes.get, _SLUG_ECHOES)), "")
        match = (_FILM_PAGE if slug else _FILM_PATH).fullmatch(path)
        if match is None:
            raise MarkupDrift(f"a poster with slug {slug!r} and link {path!r}")
        slug = match[1]
    path = _film_path(slug)
    bare = "/" not in (attributes.get("data-film-slug") or "/")
    if bare and not any(map(attributes.get, _SLUG_ECHOES)):
        raise MarkupDrift(f"a poster with slug {slug!r} and no link to its film")
    for name in _SLUG_ECHOES:
        echo = attributes.get(name)
        if echo and not echo.startswith(path) and echo.startswith("/film/"):
            raise MarkupDrift(f"a poster with slug {slug!r} and {name} {echo!r}")
    return slug


def _film_id(attributes: Attributes, slug: str, uid: str | None) -> int | None:
    """The one film id that all identities of the tile agree on, None when it carries none."""
    uids = {uid, attributes.get("data-item-uid"), attributes.get("data-item-id")} - {None}
    identifier = attributes.get("data-postered-identifier")
    try:
        lid, stated = read_identifier(identifier) if identifier is not None else (None, None)
        if stated is not None:
            uids.add(stated)
        found = {film_id_from_uid(each) for each in uids}
        if lid is not None:
            found.add(id_from_lid(lid))
    except ValueError as error:
        raise MarkupDrift(f"{slug}: {error}") from error
    if "data-film-id" in attributes:
        found.add(number(attributes["data-film-id"], f"{slug}: data-film-id"))
    classes = attributes.get("class") or ""
    if "film-poster-" in classes and (match := _CLASS_WITH_ID.search(classes)):
        found.add(number(match[1], f"{slug}: class"))
    if len(found) > 1:
        raise MarkupDrift(f"{slug}: identities of {len(found)} films, {sorted(found)}")
    film_id = next(iter(found), None)
    _check_image(attributes.get("data-resolvable-poster-path") or "", slug, film_id)
    return film_id


def _check_image(image: str, slug: str, film_id: int | None) -> None:
    """The JSON that finds the poster's image is the one place that names id and slug together."""
    for name, value in ((_IMAGE_LINK, f'{slug}/"'), (_IMAGE_UID, f'{film_id}"')):
        if name in image and name + value not in image:
            raise MarkupDrift(f"{slug}: film {film_id} with the image of another, {image}")


@lru_cache(maxsize=_FILMS_REMEMBERED)
def _film_path(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        raise MarkupDrift(f"a poster with slug {slug!r}")
    return f"/film/{slug}/"


@lru_cache(maxsize=_FILMS_REMEMBERED)
def _read_name(display_name: str | None) -> tuple[str, int | None]:
    return split_title(clean(display_name, "a film's title"))


def read_identifier(identifier: str) -> tuple[str | None, str]:
    """The lid, where there is one, and the uid that the JSON of an identifier states.

    Raises ValueError when it is no such JSON.
    """
    if len(identifier) > 1_000:
        raise ValueError(f"an identifier of {len(identifier)} characters")
    match = _IDENTIFIER.match(identifier)
    if match:
        return match[1], match[2]
    # Escaped twice, in another order, or without a lid.
    stated = json.loads(html.unescape(identifier))
    if not isinstance(stated, dict) or not isinstance(stated.get("uid"), str):
        raise ValueError(f"{identifier[:80]!r} is no identifier")
    return (str(stated["lid"]) if "lid" in stated else None), stated["uid"]


def _title(node: LexborNode | None, attributes: Attributes, generation: str, slug: str) -> tuple[str, int | None]:
    full, name = attributes.get("data-item-full-display-name"), attributes.get("data-item-name")
    if full is not None:
        found = _read_name(full)
        if name is not None and name != full:
            _check_name(found, _read_name(name), slug)
        return found
    if generation not in YEARLESS:
        found = _read_name(name)
        if found[1] is None:
            raise MarkupDrift(f"{slug}: no name with its year in generation {generation}")
        return found
    name, year = attributes.get("data-film-name"), attributes.get("data-film-release-year")
    if year is None and "data-film-link" in attributes and "data-film-slug" not in attributes:
        raise MarkupDrift(f"{slug}: no release year, not even an empty one")
    if name is None:
        image = next((part for part in node.iter() if part.tag == "img"), None) or node.css_first("img")
        name = image.attributes.get("alt") if image is not None else None
    title, shown = _read_name(name)
    return title, number(year, f"{slug}: year") if year else shown


def _check_name(full: tuple[str, int | None], short: tuple[str, int | None], slug: str) -> None:
    """Both names are of one title; B1 has the year in the full name alone."""
    if full[0] != short[0] or short[1] not in (None, full[1]):
        raise MarkupDrift(f"{slug}: named {full} and {short}")
