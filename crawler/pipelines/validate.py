"""Refuses a page that answers another question than the one asked."""

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
        if isinstance(item, FeedRead) and item.page is not None and item.page.owner != item.username:
            reason = f"{item.page.info.url} is {item.page.owner}'s feed, not {item.username}'s"
            return ListingFailed(item.username, "rss", reason, False, item.observed_at)
        if isinstance(item, FilmRead) and item.page.letterboxd_id is None:
            return EnrichmentFailed(item.slug, "identity", f"{item.page.info.url} names no film number", False)
        if isinstance(item, HistogramRead) and sum(item.page.counts) != item.page.rating_count:
            reason = f"{sum(item.page.counts)} ratings in the buckets, {item.page.rating_count} stated"
            return EnrichmentFailed(item.slug, "histogram", f"{item.page.info.url}: {reason}", False)
        return item
