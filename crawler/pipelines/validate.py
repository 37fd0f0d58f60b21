"""Refuses a page that answers another question than the one asked."""

from crawler.items import FilmJson, FilmPage, HistogramPage
from crawler.observations import (
    EnrichmentFailed,
    FeedRead,
    FilmRead,
    HistogramRead,
    ListingFailed,
    ListingRead,
    Observation,
)


class ValidatePipeline:
    """Readers prove that a page is sound; this proves that it is the right one."""

    def process_item(self, item: Observation) -> Observation:
        """The observation, or in its place the failure it amounts to."""
        if isinstance(item, ListingRead):
            owner = item.page.username if item.kind == "profile" else item.page.owner
            if owner is not None and owner.lower() != item.username:
                reason = f"{item.page.info.url} shows {owner}, not {item.username}"
                return ListingFailed(item.username, item.kind, reason, False, item.observed_at)
        if isinstance(item, FilmRead | HistogramRead):
            reason = _wrong_film(item.page)
            if reason:
                kind = "page" if isinstance(item, FilmRead) else "histogram"
                asked = () if item.film_id is None else (item.film_id,)
                return EnrichmentFailed(item.slug, kind, f"{item.page.info.url} {reason}", False, asked)
        if isinstance(item, FeedRead) and item.page is not None and item.page.owner != item.username:
            reason = f"{item.page.info.url} is {item.page.owner}'s feed, not {item.username}'s"
            return ListingFailed(item.username, "rss", reason, False, item.observed_at)
        return item


def _wrong_film(page: FilmPage | FilmJson | HistogramPage) -> str | None:
    """Why the page cannot be that of the film at its address; a renamed film has been redirected by now."""
    if page.slug is not None and f"/film/{page.slug}/" not in page.info.url:
        return f"shows {page.slug}"
    if isinstance(page, HistogramPage):
        total = sum(page.counts)
        return f"has {total} ratings in the buckets, {page.rating_count} stated" if total != page.rating_count else None
    return None if page.letterboxd_id is not None else "names no film number"
