"""Crawls a list of films, and who likes it."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import FilmListFailed, FilmListRead
from crawler.pages import following
from crawler.pages import list as film_list
from crawler.pages.errors import MissingPage


class MemberListSpider(AlmanacSpider):
    """`scrapy crawl member_list -a list=USER/SLUG`: all pages of the list, then all people who like it."""

    name = "member_list"

    def prepare(self, list: str | None = None, lists: str | None = None) -> None:  # noqa: A002 - the word of the domain
        """`-a list=USER/SLUG` or `-a lists=A/B,C/D`."""
        self.addresses = [address.lower() for address in names(list=list, lists=lists)]
        for address in self.addresses:
            if address.count("/") != 1 or not all(address.split("/")):
                raise ValueError(f"-a list is USER/SLUG, not {address!r}")

    async def ask(self) -> AsyncIterator[Request]:
        """The first page of each list."""
        for address in self.addresses:
            username, slug = address.split("/")
            yield self._page(f"/{username}/list/{slug}/", self.parse, FilmListRead(address, None, (), (), now()))

    def _page(self, url: str, callback: Callable[..., Iterator[Any]], read: FilmListRead) -> Request:
        return self.letterboxd(url, callback=callback, errback=self.unanswered, cb_kwargs={"read": read})

    def parse(self, response: Response, read: FilmListRead) -> Iterator[Any]:
        """Collects the films of all pages; half a list is no list, so a bad page ends it."""
        try:
            page = self.read(film_list.parse, response)
        except PageError as error:
            yield self._failed(read, error)
            return
        read = read.with_films(page)
        if page.info.next_url:
            yield self._page(urljoin(response.url, page.info.next_url), self.parse, read)
        else:
            username, slug = read.address.split("/")
            yield self._page(f"/{username}/list/{slug}/likes/", self.parse_likes, read)

    def parse_likes(self, response: Response, read: FilmListRead) -> Iterator[Any]:
        """Collects the people of all pages."""
        try:
            page = self.read(following.parse, response)
        except PageError as error:
            yield self._failed(read, error)
            return
        read = read.with_people(page)
        if page.info.next_url:
            yield self._page(urljoin(response.url, page.info.next_url), self.parse_likes, read)
        else:
            yield read

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """A page that could not be fetched: nothing is changed for this list."""
        yield FilmListFailed(failure.request.cb_kwargs["read"].address, self.explain(failure), False)

    @staticmethod
    def _failed(read: FilmListRead, error: PageError) -> FilmListFailed:
        return FilmListFailed(read.address, str(error), isinstance(error, MissingPage))
