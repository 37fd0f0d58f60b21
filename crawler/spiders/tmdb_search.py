"""Looks films up on TMDB by title and year, and accepts a title only when no other can be meant."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.films import Budget, due
from crawler.asking.namesakes import Namesakes
from crawler.asking.search import Query, Search
from crawler.asking.spider import PageError
from crawler.asking.tmdb import TmdbSpiderBase
from crawler.observations import EnrichmentFailed, SearchRead
from crawler.pages import tmdb
from crawler.pages.errors import MissingPage
from schema.store.payloads import Title


class TmdbSearchSpider(TmdbSpiderBase):
    """`scrapy crawl tmdb_search -a due=N [-a cohort=ID]`: the films whose identity is wanted."""

    name = "tmdb_search"

    def prepare(self, due: str | None = None, cohort: str | None = None) -> None:
        self.budget = Budget.of(due, cohort)

    async def ask(self) -> AsyncIterator[Request]:
        """Two requests a film: is it a film, is it a series? Two more where its name may be written otherwise."""
        self.check_key()
        namesakes = await Namesakes.known(self.session)
        async for wanted in due(self.session, "search", self.budget):
            for film in wanted:
                search = Search(film, twin=namesakes.has(film))
                for request in self._queries(search, search.queries()):
                    yield request

    def _queries(self, search: Search, queries: list[Query]) -> Iterator[Request]:
        for query in queries:
            search.awaited += 1
            yield self.tmdb(
                f"search/{query.kind}",
                query.parameters,
                callback=self.parse,
                errback=self.unanswered,
                cb_kwargs={"search": search, "query": query},
            )

    def parse(self, response: Response, search: Search, query: Query) -> Iterator[Any]:
        """A page of matches; after the last one the verdict, or the records that it takes."""
        try:
            answer = self.read_answer(tmdb.parse_matches, response)
        except PageError as error:
            yield from self._gave_up(search, str(error))
            return
        yield from self._queries(search, search.add(query, answer))
        yield from self._answered(search)

    def parse_record(self, response: Response, search: Search, title: Title) -> Iterator[Any]:
        """A candidate with its other names and its credits; one that is gone is none."""
        try:
            search.records[title] = self.read_answer(tmdb.parse, response)
        except MissingPage:
            search.matches.pop(title)
        except PageError as error:
            yield from self._gave_up(search, str(error))
            return
        yield from self._answered(search)

    def _answered(self, search: Search) -> Iterator[Any]:
        search.awaited -= 1
        if search.awaited:
            return
        for title in search.records_wanted():
            search.awaited += 1
            yield self.record(
                title,
                alternatives=True,
                callback=self.parse_record,
                errback=self.unanswered,
                cb_kwargs={"search": search, "title": title},
            )
        if not search.awaited:
            yield SearchRead(search.film.film_id, *search.verdict())

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the film stays in the queue."""
        yield from self._gave_up(failure.request.cb_kwargs["search"], self.explain(failure))

    @staticmethod
    def _gave_up(search: Search, reason: str) -> Iterator[Any]:
        """Once a film; what still comes in for it cannot make its search whole."""
        if not search.failed:
            search.failed = True
            yield EnrichmentFailed(search.film.title, "search", reason, False, (search.film.film_id,))
