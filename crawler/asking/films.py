"""How spiders that complete films walk the needs-enrichment queue, or the films named by hand."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar, NamedTuple

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import EnrichmentFailed
from crawler.pages.errors import MissingPage
from crawler.rendering.request import reason, rendering
from schema.store import metadata


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
        films = [(slug, None) for slug in self.slugs]
        if self.budget:
            wanted = await self.session.call(metadata.due, self.source, *self.budget)
            # A film that has lost its slug to another one is found by its number.
            films = [(film.slug or f"film:{film.letterboxd_id}", film.film_id) for film in wanted]
        for slug, film_id in films:
            yield self.letterboxd(
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
