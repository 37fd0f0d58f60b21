"""Asks Wikidata which TMDB titles Letterboxd's slugs are, many films in one request."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import FormRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.films import Budget, due
from crawler.asking.spider import AlmanacSpider, PageError
from crawler.observations import EnrichmentFailed, WikidataRead
from crawler.pages import wikidata

_AT_ONCE = 150  # the query service answers about so many values well within its minute


class WikidataSpider(AlmanacSpider):
    """`scrapy crawl wikidata -a due=N [-a cohort=ID]`: the films whose identity is wanted."""

    name = "wikidata"
    custom_settings = {"ROBOTSTXT_OBEY": False}  # a query service for programs, with a usage policy of its own

    def prepare(self, due: str | None = None, cohort: str | None = None) -> None:
        self.budget = Budget.of(due, cohort)

    async def ask(self) -> AsyncIterator[FormRequest]:
        """One request for every hundred and fifty films."""
        async for films in due(self.session, "wikidata", self.budget, _AT_ONCE):
            slugs = {film.film_id: film.slug for film in films}
            yield FormRequest(
                f"{self.almanac.wikidata_base_url.rstrip('/')}/sparql",
                formdata={"query": wikidata.QUERY % " ".join(f'"{slug}"' for slug in slugs.values()), "format": "json"},
                headers={"Accept": "application/sparql-results+json"},
                callback=self.parse,
                errback=self.unanswered,
                cb_kwargs={"slugs": slugs},
            )

    def parse(self, response: Response, slugs: dict[int, str]) -> Iterator[Any]:
        """What is known of these films, and with that what is not."""
        try:
            page = self.read(wikidata.parse, response)
        except PageError as error:
            yield self._failed(slugs, str(error))
            return
        yield WikidataRead(slugs, page)

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the films stay in the queue."""
        yield self._failed(failure.request.cb_kwargs["slugs"], self.explain(failure))

    @staticmethod
    def _failed(slugs: dict[int, str], reason: str) -> EnrichmentFailed:
        key = f"{next(iter(slugs.values()))} and {len(slugs) - 1} more"
        return EnrichmentFailed(key, "wikidata", reason, False, tuple(slugs))
