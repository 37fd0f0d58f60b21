"""Reads how all members rated a film: ten counts, from either markup of the histogram."""

import re

from selectolax.lexbor import LexborNode

from crawler.items import HistogramPage, PageInfo
from crawler.pages.errors import CountMismatch, FilledByScript, MarkupDrift, UnexpectedKind
from crawler.pages.kinds import body_kind, require
from crawler.pages.source import Source
from crawler.pages.text import STARS, abbreviated_number, number, plain
from crawler.pages.trust import reader

_BAR = re.compile(r"(No|[0-9,]+)\s(half-★|★{1,5}½?)\sratings?(?:\s\(([0-9]+)%\))?")
_AVERAGE = re.compile(r"Weighted average of ([0-5]\.[0-9]+) based on ([0-9,]+)\sratings?")
_VALUE = re.compile(r"(?:^|;)\s*--value:\s*([0-9]{1,3}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?)\s*(?:;|$)")
_FANS = re.compile(r"([0-9][0-9.,]*[KM]?)\sfans?")
_FILM_LINK = re.compile(r"/film/([^/\s]+)/")
_CHART = ".rating-histogram"
# Where a script puts the fragment, in a film page or in a fragment that only names another one.
_PLACE = '.csi[data-src*="/rating-histogram/"], .csi[data-src*="/ratings-summary/"]'
_LABELS = ("half-★", *STARS[1:])
# Films with few ratings show no average; a film with so many always does.
_SURELY_AVERAGED = 1_000


@reader
def parse(source: Source) -> HistogramPage:
    """The fragment `/csi/film/{slug}/rating-histogram/` (once `ratings-summary`), or a film page that holds it."""
    if source.is_document:
        require(source, body_kind(source), "film")
    chart = source.tree.css_first(_CHART)
    if chart is None and source.tree.css_first(_PLACE) is not None:
        raise FilledByScript("a place for the histogram, and nothing in it", _CHART)
    if chart is None:
        raise UnexpectedKind("no histogram")
    table = chart.css_first("table")
    generation = "rating-histogram" if table is not None else "ratings-summary"
    counts = _read_table(table) if table is not None else _read_bars(chart)
    average, stated = _stated(source)
    total = sum(counts)
    if stated not in (None, total):
        raise CountMismatch(f"buckets of {total} ratings, {stated} stated")
    if average is None and total > _SURELY_AVERAGED:
        raise MarkupDrift(f"{total} ratings without their average")
    info = PageInfo("histogram", generation, source.url, 1, total=stated, whole=source.is_document)
    return HistogramPage(info, _slug(source, chart), counts, average, total, _fans(source))


def _read_table(table: LexborNode) -> tuple[int, ...]:
    rows = table.css("tr.column")
    found = {}
    for row in rows:
        bar, heading = row.css_first(".barcolumn"), row.css_first("th")
        label, count, percent = _read_bar(bar)
        if heading is not None and heading.text().strip() != label:
            raise MarkupDrift(f"the row of {heading.text().strip()!r} holds {label} ratings")
        found[label] = (count, percent, row.attributes.get("style"))
    counts = _ordered(found, len(rows))
    highest = max(counts)
    for count, _, style in found.values():
        # The bar's height is the count over the largest one, unrounded.
        match = _VALUE.search(style or "")
        if match is None and "--value" in (style or ""):
            raise MarkupDrift(f"a bar of style {style!r}")
        if match and highest and abs(float(match[1]) - count / highest) > 1e-6:
            raise MarkupDrift(f"a bar of height {match[1]} for {count} of {highest} ratings")
    return counts


def _read_bars(chart: LexborNode) -> tuple[int, ...]:
    bars = chart.css("li.rating-histogram-bar")
    linked = [bar.css_first("a") for bar in bars]
    found = {}
    if len(chart.css("a")) != len(linked) - linked.count(None):
        raise MarkupDrift("a histogram with links outside its bars")
    for label, count, percent in (_read_bar(link) for link in linked if link is not None):
        found[label] = (count, percent, None)
    # Buckets without ratings have no link, and so no label.
    empty = linked.count(None)
    if any(link is None and bar.text().strip() for bar, link in zip(bars, linked, strict=True)):
        raise MarkupDrift("a histogram bar with a label and no link")
    missing = [label for label in _LABELS if label not in found]
    if empty == len(missing):
        found |= dict.fromkeys(missing, (0, None, None))
    return _ordered(found, len(bars))


def _read_bar(bar: LexborNode | None) -> tuple[str, int, int | None]:
    """Label, count and percentage of one bucket; rendered pages keep its title in another attribute."""
    attributes = bar.attributes if bar is not None else {}
    title = plain(attributes.get("title") or attributes.get("data-original-title"))
    match = _BAR.fullmatch(title)
    if match is None:
        raise MarkupDrift(f"a histogram bar titled {title!r}")
    count = 0 if match[1] == "No" else number(match[1], "a histogram bar")
    return match[2], count, int(match[3]) if match[3] else None


def _ordered(found: dict[str, tuple[int, int | None, str | None]], bars: int) -> tuple[int, ...]:
    if bars != 10 or found.keys() != set(_LABELS):
        raise MarkupDrift(f"a histogram of {bars} bars with {len(found)} labels")
    counts = tuple(found[label][0] for label in _LABELS)
    total = sum(counts)
    for count, percent, _ in found.values():
        if percent is not None and total and abs(percent - 100 * count / total) > 1:
            raise CountMismatch(f"{count} of {total} ratings are not {percent} %")
    return counts


def _stated(source: Source) -> tuple[float | None, int | None]:
    link = source.tree.css_first("a.averagerating, a.display-rating")
    if link is None:
        return None, None
    title = plain(link.attributes.get("title") or link.attributes.get("data-original-title"))
    match = _AVERAGE.fullmatch(title)
    if match is None or not 0.5 <= float(match[1]) <= 5:
        raise MarkupDrift(f"an average titled {title!r}")
    return float(match[1]), number(match[2], "the rating count")


def _slug(source: Source, chart: LexborNode) -> str | None:
    paths = [link.attributes.get("href") or "" for link in chart.css("a")]
    slugs = {match[1] for match in map(_FILM_LINK.match, paths) if match}
    if len(slugs) > 1 or (paths and not slugs):
        raise UnexpectedKind(f"a histogram of {sorted(slugs) or paths[0]!r} instead of one film's")
    if slugs:
        return slugs.pop()
    heading = source.tree.css_first('a[href$="/fans/"], a[href$="/ratings/"]')
    match = _FILM_LINK.match((heading.attributes.get("href") or "") if heading else "")
    return match[1] if match else None


def _fans(source: Source) -> int | None:
    links = source.tree.css(".ratings-histogram-chart a" if source.is_document else "a")
    match = next(filter(None, (_FANS.fullmatch(plain(link.text())) for link in links)), None)
    return abbreviated_number(match[1]) if match else None
