"""Asks TMDB for films' facts and credits, one request a title."""

import re
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import EnrichmentFailed, TmdbRead
from crawler.pages import tmdb
from crawler.pages.errors import AccessDenied, MissingPage
from crawler.settings import ALMANAC
from schema.store import metadata

_LONGEST_KEPT = timedelta(days=180)  # TMDB's terms: no caching beyond six months


class TmdbSpider(AlmanacSpider):
    """`scrapy crawl tmdb -a ids=movie/1018,tv/1396`, or `-a due=N [-a cohort=ID]` for what the queue wants."""

    name = "tmdb"
    custom_settings = {
        "DOWNLOAD_DELAY": ALMANAC.tmdb_delay_seconds,
        "AUTOTHROTTLE_START_DELAY": ALMANAC.tmdb_delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 8.0,
        "ROBOTSTXT_OBEY": False,  # an API with a key and terms of its own, not a site for robots
    }

    def prepare(
        self,
        id: str | None = None,
        ids: str | None = None,
        due: str | None = None,
        cohort: str | None = None,
    ) -> None:
        self.due = int(due) if due else 0
        self.cohort = int(cohort) if cohort else None
        self.titles = [] if self.due else [_title(text) for text in names(id=id, ids=ids)]

    async def ask(self) -> AsyncIterator[Request]:
        """One request a title, credits included."""
        if not self.almanac.tmdb_api_key:
            raise ValueError("TMDB_API_KEY is not set: TMDB answers nobody without a key")
        titles = self.titles
        if self.due:
            wanted = await self.session.call(metadata.due, "tmdb", self.due, self.cohort)
            titles = [(film.tmdb_type, film.tmdb_id) for film in wanted if film.tmdb_id]
        base = self.almanac.tmdb_base_url.rstrip("/")
        for kind, number in dict.fromkeys(titles):
            yield Request(
                f"{base}/3/{kind}/{number}?append_to_response=credits,external_ids",
                headers={
                    "Authorization": f"Bearer {self.almanac.tmdb_api_key}",
                    "Accept": "application/json",
                },
                callback=self.parse,
                errback=self.unanswered,
                cb_kwargs={"key": f"{kind}/{number}"},
            )

    def parse(self, response: Response, key: str) -> Iterator[Any]:
        """The title's record; a title TMDB does not have is a known absence."""
        try:
            record = self.read(tmdb.parse, response)
        except AccessDenied as error:  # a key that fails for one title fails for all
            raise CloseSpider(f"refused: {error}") from error
        except PageError as error:
            yield EnrichmentFailed(key, "tmdb", str(error), isinstance(error, MissingPage))
            return
        if f"{record.tmdb_type}/{record.tmdb_id}" != key:
            yield EnrichmentFailed(key, "tmdb", f"TMDB answered with {record.tmdb_type}/{record.tmdb_id}", False)
            return
        seen = now()
        yield TmdbRead(
            record,
            response.text,
            (response.headers.get("ETag") or b"").decode() or None,
            seen,
            _expiry(response, seen),
        )

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: the film stays in the queue."""
        yield EnrichmentFailed(failure.request.cb_kwargs["key"], "tmdb", self.explain(failure), False)


def _title(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(movie|tv)/(\d{1,9})", text)
    if not match:
        raise ValueError(f"-a ids takes movie/ID or tv/ID, not {text!r}")
    return match[1], int(match[2])


def _expiry(response: Response, seen: datetime) -> datetime:
    match = re.search(rb"max-age=(\d{1,9})", response.headers.get("Cache-Control") or b"")
    return seen + min(timedelta(seconds=int(match[1]) if match else 0), _LONGEST_KEPT)
