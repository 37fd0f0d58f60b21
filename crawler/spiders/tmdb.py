"""Asks TMDB for films' facts and credits, one request a title, and only for what it may have changed."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.films import Budget, due
from crawler.asking.namesakes import Namesakes
from crawler.asking.spider import PageError, names, now
from crawler.asking.tmdb import TmdbSpiderBase, expiry
from crawler.items import TmdbRecord
from crawler.matching import doubt
from crawler.observations import EnrichmentFailed, IdentityDoubted, TmdbMerged, TmdbRead, TmdbUnchanged
from crawler.pages import tmdb
from crawler.pages.errors import MissingPage
from schema.store import payloads
from schema.store.identities import PROPOSING
from schema.store.metadata import Wanted
from schema.store.payloads import Payload, Title, Validity

_NOT_MODIFIED = 304
_UNSEEN = {"wikidata", "catalogue"}  # they propose without having seen TMDB's record; a search has


class TmdbSpider(TmdbSpiderBase):
    """`scrapy crawl tmdb -a ids=movie/1018,tv/1396`, or `-a due=N [-a cohort=ID]` for what the queue wants."""

    name = "tmdb"
    namesakes = Namesakes(Counter())

    def prepare(
        self,
        id: str | None = None,
        ids: str | None = None,
        due: str | None = None,
        cohort: str | None = None,
    ) -> None:
        self.budget = Budget.of(due, cohort) if due else None
        self.titles = [] if due else [_title(text) for text in names(id=id, ids=ids)]

    async def ask(self) -> AsyncIterator[Request]:
        """One request a title, credits included; one we have an answer for is asked whether that still holds."""
        self.check_key()
        if self.budget:
            self.namesakes = await Namesakes.known(self.session)
        async for films in self._titles():
            known = await self.session.call(payloads.validity, films)
            async for asked in self._asked(films, known):
                yield asked

    async def _titles(self) -> AsyncIterator[dict[Title, list[Wanted]]]:
        """The titles to be asked about with the films that are them, some at a time."""
        if not self.budget:
            yield {title: [] for title in self.titles}
            return
        async for wanted in due(self.session, "tmdb", self.budget):
            films: dict[Title, list[Wanted]] = {}
            for film in wanted:
                films.setdefault((film.tmdb_type, film.tmdb_id), []).append(film)
            yield films

    async def _asked(self, films: dict[Title, list[Wanted]], known: dict[Title, Validity]) -> AsyncIterator[Any]:
        for title, wanted in films.items():
            kept = known.get(title)
            if self.budget and kept and kept.expires_at > now():
                # Another film has got this answer; it is too new to be asked for again.
                stored = await self.session.call(payloads.of_title, title)
                for item in self._weigh(tmdb.parse(stored.document.encode()), stored, title, wanted):
                    yield item
                continue
            # What is new to a film is not settled by hearing that the answer holds.
            if kept and not any(film.new for film in wanted):
                yield self._record(title, wanted, etag=kept.etag, alternatives=kept.alternatives)
            else:
                yield self._record(title, wanted)

    def _record(self, title: Title, films: list[Wanted], **kwargs: Any) -> Request:
        return self.record(
            title,
            callback=self.parse,
            errback=self.unanswered,
            cb_kwargs={"title": title, "films": films},
            **kwargs,
        )

    def parse(self, response: Response, title: Title, films: list[Wanted]) -> Iterator[Any]:
        """The title's record, if it is the film's. A title TMDB does not have is a known absence."""
        seen = now()
        if response.status == _NOT_MODIFIED:
            yield TmdbUnchanged(title, seen, expiry(response, seen))
            return
        try:
            record = self.read_answer(tmdb.parse, response)
        except PageError as error:
            yield from self._unusable(title, films, error)
            return
        found = (record.tmdb_type, record.tmdb_id)
        if found != title and not response.meta.get("redirect_urls"):
            yield self._failed(title, f"{response.url} answers with {_name(found)}")
            return
        etag = (response.headers.get("ETag") or b"").decode() or None
        yield from self._weigh(record, Payload(*found, response.text, etag, seen, expiry(response, seen)), title, films)

    def _weigh(self, record: TmdbRecord, payload: Payload, title: Title, films: list[Wanted]) -> Iterator[Any]:
        """The record is stored; a film that it speaks against goes back to the queue."""
        if record.alternative_titles is None and self._doubts(films, record):
            yield self._record(title, films, alternatives=True)
            return
        if (payload.tmdb_type, payload.tmdb_id) != title:
            yield TmdbMerged(title, (payload.tmdb_type, payload.tmdb_id))
        for film, why in self._doubts(films, record):
            yield IdentityDoubted(film.film_id, film.identified_by, why)
        yield TmdbRead(record, payload)

    def _doubts(self, films: list[Wanted], record: TmdbRecord) -> list[tuple[Wanted, str]]:
        """The films for which a source only proposed this title, and for which the record speaks against it."""
        proposed = [film for film in films if film.new and film.identified_by in _UNSEEN]
        return [(film, why) for film in proposed if (why := doubt(film, record, self.namesakes.has(film)))]

    def _unusable(self, title: Title, films: list[Wanted], error: PageError) -> Iterator[Any]:
        gone = isinstance(error, MissingPage)
        if gone:
            for film in films:
                if film.identified_by in PROPOSING:
                    yield IdentityDoubted(film.film_id, film.identified_by, f"TMDB has no {_name(title)}")
        yield self._failed(title, str(error), absent=gone)

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the film stays in the queue."""
        yield self._failed(failure.request.cb_kwargs["title"], self.explain(failure))

    @staticmethod
    def _failed(title: Title, reason: str, absent: bool = False) -> EnrichmentFailed:
        return EnrichmentFailed(_name(title), "tmdb", reason, absent)


def _name(title: Title) -> str:
    return f"{title[0]}/{title[1]}"


def _title(text: str) -> Title:
    match = re.fullmatch(r"(movie|tv)/(\d{1,9})", text)
    if not match:
        raise ValueError(f"-a ids takes movie/ID or tv/ID, not {text!r}")
    return match[1], int(match[2])
