"""How spiders that complete films walk the needs-enrichment queue, or the films named by hand."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar, NamedTuple

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.session import CrawlSession
from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import EnrichmentFailed
from crawler.pages.errors import MissingPage
from crawler.rendering.request import reason, rendering
from schema.store import metadata
from schema.store.metadata import Wanted


class Budget(NamedTuple):
    """How many films of the queue a spider takes, and whose."""

    films: int
    cohort_id: int | None

    @classmethod
    def of(cls, due: str | None, cohort: str | None) -> "Budget":
        """From the arguments `-a due=N [-a cohort=ID]`; raises ValueError without a number of films."""
        if not due or not due.isdecimal():
            raise ValueError(f"give -a due=N, a number of films, not {due!r}")
        return cls(int(due), int(cohort) if cohort else None)


async def due(session: CrawlSession, source: str, budget: Budget, at_once: int = 500) -> AsyncIterator[list[Wanted]]:
    """The films that `source` is to be asked about, `at_once` at a time: a catalogue at once would take 100 MB."""
    ids = await session.call(metadata.due_ids, source, *budget)
    for start in range(0, len(ids), at_once):
        yield await session.call(metadata.wanted, source, ids[start : start + at_once])


class FilmSpider(AlmanacSpider):
    """A spider that asks one page for each film."""

    source: ClassVar[str]
    path: ClassVar[str]
    parse_page: ClassVar[Callable[..., Any]]
    observation: ClassVar[Callable[..., Any]]
    # What positively says that the upstream has nothing for a film.
    absences: ClassVar[tuple[type[PageError], ...]] = (MissingPage,)

    def prepare(
        self,
        slug: str | None = None,
        slugs: str | None = None,
        due: str | None = None,
        cohort: str | None = None,
    ) -> None:
        """`-a slug=SLUG`, `-a slugs=A,B`, or `-a due=N [-a cohort=ID]` for what the queue wants most."""
        self.budget = Budget.of(due, cohort) if due else None
        self.slugs = [] if due else names(slug=slug, slugs=slugs)

    async def ask(self) -> AsyncIterator[Request]:
        """One request a film."""
        for slug in self.slugs:
            yield self._page(slug, None)
        if self.budget:
            async for films in due(self.session, self.source, self.budget):
                for film in films:
                    yield self._page(film.address, film.film_id)

    def _page(self, slug: str, film_id: int | None) -> Request:
        return self.letterboxd(
            self.path.format(slug=slug),
            callback=self.parse,
            errback=self.unanswered,
            cb_kwargs={"slug": slug, "film_id": film_id},
        )

    def parse(self, response: Response, slug: str, film_id: int | None) -> Iterator[Any]:
        """The page, or the reason why the film stays in the queue."""
        try:
            page = self.read(type(self).parse_page, response)
        except PageError as error:
            why = reason(response, error, self.kind)
            failed = self._failed(slug, film_id, why, absent=isinstance(error, self.absences))
            yield rendering(response, error, self.kind, self.almanac) or failed
            return
        yield type(self).observation(slug, page, now(), film_id)

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the film stays in the queue."""
        yield self._failed(**failure.request.cb_kwargs, reason=self.explain(failure))

    def _failed(self, slug: str, film_id: int | None, reason: str, absent: bool = False) -> EnrichmentFailed:
        return EnrichmentFailed(slug, self.source, reason, absent, () if film_id is None else (film_id,))
