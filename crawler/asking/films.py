"""How spiders that complete films walk the needs-enrichment queue, or the films named by hand."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import EnrichmentFailed
from crawler.pages.errors import MissingPage
from crawler.rendering.request import reason, rendering
from schema.store import metadata


class FilmSpider(AlmanacSpider):
    """A spider that asks one page for each film, by slug."""

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
        self.due = int(due) if due else 0
        self.cohort = int(cohort) if cohort else None
        self.slugs = [] if self.due else names(slug=slug, slugs=slugs)

    async def ask(self) -> AsyncIterator[Request]:
        """One request a film."""
        slugs = self.slugs
        if self.due:
            wanted = await self.session.call(metadata.due, self.kind, self.due, self.cohort)
            slugs = [film.address for film in wanted if film.address]
        for slug in slugs:
            yield self.letterboxd(
                self.path.format(slug=slug),
                callback=self.parse,
                errback=self.unanswered,
                cb_kwargs={"slug": slug},
            )

    def parse(self, response: Response, slug: str) -> Iterator[Any]:
        """The page, or the reason why the film stays in the queue."""
        try:
            page = self.read(type(self).parse_page, response)
        except PageError as error:
            failed = EnrichmentFailed(
                slug, self.kind, reason(response, error, self.kind), isinstance(error, self.absences)
            )
            yield rendering(response, error, self.kind, self.almanac) or failed
            return
        yield type(self).observation(slug, page, now())

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the film stays in the queue."""
        yield EnrichmentFailed(failure.request.cb_kwargs["slug"], self.kind, self.explain(failure), False)
