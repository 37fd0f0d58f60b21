"""Tells of what kind a page is, by its body class or by the path of its listing."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.pages.errors import ChallengePage, UnexpectedKind
from crawler.pages.source import Source

_KIND_OF_CLASS = {
    "films-watched": "films",
    "diary": "diary",
    "films-diary": "diary",
    "likes": "likes",
    "watchlist": "watchlist",
    "list-page": "list",
    "following": "following",
    "followers": "followers",
    "profile": "profile",
    "film": "film",
}

_LISTING = re.compile(
    r"/(?P<owner>[^/]+)/"
    r"(?P<root>films/diary|diary/films|diary|likes/films|films|watchlist"
    r"|following|followers|list/[^/]+/likes|list/[^/]+)"
    r"(?:/(?P<rest>.*))?"
)
_KIND_OF_ROOT = {"films/diary": "diary", "diary/films": "diary", "likes/films": "likes"}
# Sorting, paging and poster size leave a listing whole; everything else in its path filters it.
_RATED = re.compile(r"(?:.*/)?rated/(?!none(?:/|$)).*")
_NOT_A_FILTER = re.compile(r"(?:by|page|size)/[^/]*/?")


@dataclass(frozen=True, slots=True)
class Listing:
    """What the path of a listing says.

    `filtered` ones show a part of what their totals count, `rated` ones only films that the member has rated.
    """

    owner: str
    kind: str
    filtered: bool
    rated: bool


def listing_of(url: str) -> Listing | None:
    """The listing that a URL or a path leads to; None for other places."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    match = _LISTING.fullmatch(path.rstrip("/"))
    if match is None:
        return None
    root = match["root"]
    if root.startswith("list/"):
        kind = "likers" if root.endswith("/likes") else "list"
    else:
        kind = _KIND_OF_ROOT.get(root, root)
    rest = match["rest"] or ""
    return Listing(match["owner"].lower(), kind, bool(_NOT_A_FILTER.sub("", rest)), bool(_RATED.fullmatch(rest)))


def body_kind(source: Source) -> str | None:
    """The kind that the body's class names, None when it names none of those known."""
    for name in (source.body.attributes.get("class") or "").split():
        if name in _KIND_OF_CLASS:
            return _KIND_OF_CLASS[name]
    return None


def own_listing(source: Source) -> Listing | None:
    """The listing at the URL that the page was fetched from, else at the one that it states about itself."""
    listing = listing_of(source.url)
    if listing is not None:
        return listing
    meta = source.tree.css_first('meta[property="og:url"]')
    return listing_of(meta.attributes.get("content") or "") if meta else None


def require(source: Source, kind: str | None, *allowed: str) -> str:
    """`kind` when it is one of those allowed, UnexpectedKind otherwise, ChallengePage for an unusual challenge."""
    if kind in allowed:
        return kind
    if kind is None and b"_cf_chl_opt" in source.raw:
        raise ChallengePage("the challenge's own script on a page of no known kind")
    raise UnexpectedKind(f"{kind or 'no known kind'} instead of {' or '.join(allowed)}")
