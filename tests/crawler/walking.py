"""Drives spiders in this process: what they ask for is answered by a backlot's application, what they read is stored.

Everything but the network is what production runs: spiders decide what to ask and when to stop, the pages are
rendered and read, the pipelines' functions write to Postgres.
"""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import httpx
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import HtmlResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader
from sqlalchemy import Engine, text
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider
from crawler.observations import ListingFailed, Observation
from crawler.pipelines.persist import PersistPipeline
from crawler.pipelines.validate import ValidatePipeline
from fixtures.backlot.app import create_app
from fixtures.backlot.dataset import load
from fixtures.backlot.model import Dataset, Film, Member
from schema.store import runs

ORIGIN = "http://backlot.test"


class _Crawler:
    """As much of Scrapy's crawler as the persist pipeline looks at."""

    def __init__(self, spider: AlmanacSpider) -> None:
        self.spider = spider
        self.signals = self

    async def send_catch_log_async(self, signal: object, *, failure: Failure, **told: object) -> None:
        raise failure.value


class Walk:
    """One world and one database; remembers every path that was asked."""

    def __init__(self, engine: Engine, dataset: Dataset, **options: str) -> None:
        os.environ["DATABASE_URL"] = engine.url.render_as_string(hide_password=False)
        os.environ["LETTERBOXD_BASE_URL"] = ORIGIN
        self.engine = engine
        self.dataset = dataset
        self.app = create_app(dataset, weight="light", **options)
        self.asked: list[str] = []
        self.died = False
        self._spiders = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))

    def change(self, action: str, **body: object) -> None:
        """What the control surface of the backlot does."""

        async def post() -> None:
            async with self._client() as client:
                answer = await client.post(f"/_backlot/{action}", json=body)
            assert answer.status_code == 200, answer.text

        asyncio.run(post())

    def ask(self, path: str) -> httpx.Response:
        """What the upstream answers now."""

        async def get() -> httpx.Response:
            async with self._client() as client:
                return await client.get(path)

        return asyncio.run(get())

    def open_run(self) -> int:
        """A run to crawl under."""
        with self.engine.begin() as connection:
            return runs.open_run(connection, "crawl")

    def crawl(
        self,
        name: str,
        *usernames: str,
        run: int | None = None,
        pages: int | None = None,
        before: Callable[[int, str], None] = lambda number, path: None,
        answer: Callable[[str], httpx.Response | None] = lambda path: None,
        **arguments: object,
    ) -> list[ListingFailed]:
        """Runs a spider to its end, or dies after so many `pages`, with the last one read and not yet stored.

        `before` is called with the number and path of each request, from 0; `answer` may stand in for the
        upstream. Returns what could not be read.
        """
        given = {key: str(value) for key, value in arguments.items()}
        spider = self._spiders.load(name)(usernames=",".join(usernames), run=str(run or self.open_run()), **given)
        return asyncio.run(self._crawl(spider, pages, before, answer))

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=ORIGIN)

    async def _crawl(
        self,
        spider: AlmanacSpider,
        pages: int | None,
        before: Callable[[int, str], None],
        answer: Callable[[str], httpx.Response | None],
    ) -> list[ListingFailed]:
        store = PersistPipeline(_Crawler(spider))  # type: ignore[arg-type]
        failed: list[ListingFailed] = []
        waiting: deque[Request] = deque()
        batch: list[Observation] = []
        self.died = False

        def take(found: object) -> None:
            if isinstance(found, Request):
                waiting.append(found)
                return
            item = ValidatePipeline().process_item(found)  # type: ignore[arg-type]
            if isinstance(item, ListingFailed):
                failed.append(item)
            batch.append(item)

        async with self._client() as client:
            async for found in spider.start():
                take(found)
            number = 0
            while waiting:
                request = waiting.popleft()
                path = request.url.removeprefix(ORIGIN)
                await asyncio.to_thread(before, number, path)
                self.asked.append(path)
                for found in await self._answered(client, request, answer(path)):
                    take(found)
                number += 1
                if pages is not None and number >= pages:
                    spider.session._thread.shutdown()
                    self.died = True
                    return failed
                if batch:
                    done, batch = batch, []
                    await store._store(done)
            if batch:
                await store._store(batch)
        spider.session._thread.shutdown()
        return failed

    async def _answered(self, client: httpx.AsyncClient, request: Request, reply: httpx.Response | None) -> list:
        reply = reply or await client.get(request.url)
        response = HtmlResponse(
            request.url, status=reply.status_code, headers=dict(reply.headers), body=reply.content, request=request
        )
        try:
            return list(request.callback(response, **request.cb_kwargs))
        except CloseSpider:
            return []

    def stored(self, username: str) -> dict[int, tuple[int | None, bool, bool]]:
        """(half-stars, liked, favourite) by Letterboxd's film number, as the database has it."""
        with self.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT f.letterboxd_id, r.rating, r.liked, r.favorite FROM ratings r"
                    " JOIN films f ON f.id = r.film_id JOIN members m ON m.id = r.member_id WHERE m.username = :name"
                ),
                {"name": username},
            ).all()
        found = {film: (rating, liked, favorite) for film, rating, liked, favorite in rows}
        assert len(found) == len(rows), "a film twice"
        return found

    def shown(self, username: str) -> dict[int, tuple[int | None, bool, bool]]:
        """The same, as it is upstream."""
        member, films = self.dataset.members[username], self.dataset.films
        ratings, likes = member.ratings.as_dict(), set(member.likes.films)
        return {
            films[film].letterboxd_id: (ratings.get(film), film in likes, film in member.favorites)
            for film in {*ratings, *likes, *member.favorites}
        }


def small_world(*usernames: str, films: int = 40) -> Dataset:
    """Members who have done nothing yet, and the first films of the own catalogue."""
    catalogue = [replace(film) for film in _own_films()[:films]]
    return Dataset(catalogue, [Member(name) for name in usernames])


@cache
def _own_films() -> list[Film]:
    return load().films
