"""What TMDB may answer, and what the spider makes of it; answers are made here, no server is asked."""

import json
from datetime import timedelta

import pytest
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import TextResponse

from crawler.observations import EnrichmentFailed, IdentityDoubted, TmdbMerged, TmdbRead, TmdbUnchanged
from crawler.spiders.tmdb import TmdbSpider
from schema.store.metadata import Wanted
from tests.crawler.pages.cases import page

MOVIE = json.loads(page("tmdb/movie.json"))
TITLE = ("movie", MOVIE["id"])


@pytest.fixture
def spider(monkeypatch):
    monkeypatch.setenv("TMDB_API_KEY", "secret")
    return TmdbSpider()


def film(identified_by="wikidata", title=MOVIE["title"], new=True):
    year = int(MOVIE["release_date"][:4])
    return Wanted(7, "slug", 1, title, None, year, None, *TITLE, None, identified_by, new, [])


def answer(spider, films=(), body=MOVIE, status=200, headers=None, redirected=False):
    request = spider.record(TITLE, meta={"redirect_urls": ["x"]} if redirected else {})
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = TextResponse(request.url, status=status, headers=headers or {}, body=content, request=request)
    return list(spider.parse(response, TITLE, list(films)))


def test_the_key_is_in_the_header_and_nowhere_else(spider):
    request = spider.record(TITLE, etag='W/"5"')
    assert request.headers["Authorization"] == b"Bearer secret"
    assert request.headers["If-None-Match"] == b'W/"5"'
    assert "secret" not in request.url
    assert "append_to_response=credits" in request.url


def test_an_answer_is_kept_as_long_as_it_says_and_no_longer_than_six_months(spider):
    headers = {"ETag": 'W/"5"', "Cache-Control": "public, max-age=6991"}
    (read,) = answer(spider, [film()], headers=headers)
    assert isinstance(read, TmdbRead)
    assert read.payload.etag == 'W/"5"'
    assert read.payload.expires_at - read.payload.fetched_at == timedelta(seconds=6991)
    assert json.loads(read.payload.document) == MOVIE
    (long,) = answer(spider, headers={"Cache-Control": "max-age=999999999"})
    assert long.payload.expires_at - long.payload.fetched_at == timedelta(days=180)
    (silent,) = answer(spider)
    assert silent.payload.expires_at == silent.payload.fetched_at


def test_not_modified_moves_the_clocks(spider):
    (item,) = answer(spider, body=b"", status=304, headers={"Cache-Control": "max-age=60"})
    assert isinstance(item, TmdbUnchanged)
    assert item.expires_at - item.observed_at == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": {**MOVIE, "id": 4}}, "answers with movie/4"),
        ({"body": b'{"id": 10, "title": "Bro'}, "truncated page"),
        ({"body": b"<html>", "status": 500}, "status 500"),
        ({"body": {**MOVIE, "runtime": "long"}}, "runtime"),
    ],
)
def test_an_answer_that_cannot_be_used_fails_the_title(spider, change, said):
    (item,) = answer(spider, [film()], **change)
    assert isinstance(item, EnrichmentFailed)
    assert (item.kind, item.absent) == ("tmdb", False)
    assert said in item.reason


@pytest.mark.parametrize("status", [401, 403, 429])
def test_a_refusal_ends_the_crawl(spider, status, database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))  # where the host is paused
    with pytest.raises(CloseSpider) as refusal:
        answer(spider, body=b"{}", status=status)
    assert refusal.value.reason.startswith("refused: " if status == 401 else "paused: api.themoviedb.org: ")


def test_a_title_that_is_gone_is_absent_and_speaks_against_a_proposal(spider):
    doubted, failed = answer(spider, [film(), film("page")], body=b"{}", status=404)
    assert (doubted.film_id, doubted.source) == (7, "wikidata")
    assert failed.absent


def test_a_title_merged_into_another_takes_its_films_along(spider):
    merged, read = answer(spider, [film("page")], body={**MOVIE, "id": 4}, redirected=True)
    assert merged == TmdbMerged(TITLE, ("movie", 4))
    assert (read.payload.tmdb_type, read.payload.tmdb_id) == ("movie", 4)


def test_a_doubt_asks_for_other_titles_first(spider):
    stranger = film(title="Another Name")
    (request,) = answer(spider, [stranger])
    assert isinstance(request, Request)
    assert "alternative_titles" in request.url
    doubted, read = answer(spider, [stranger], body={**MOVIE, "alternative_titles": {"titles": []}})
    assert isinstance(doubted, IdentityDoubted)
    assert "another title" in doubted.reason
    known_by_it = {"titles": [{"title": "Another Name"}]}
    (read,) = answer(spider, [stranger], body={**MOVIE, "alternative_titles": known_by_it})
    assert isinstance(read, TmdbRead)


@pytest.mark.parametrize(
    "certain", [film("page", "Another Name"), film("manual", "Another Name"), film(title="Another Name", new=False)]
)
def test_what_is_certain_is_not_doubted(spider, certain):
    (read,) = answer(spider, [certain])
    assert isinstance(read, TmdbRead)
