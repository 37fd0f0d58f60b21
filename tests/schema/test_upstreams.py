"""An URL's upstream: under which name it is capped and paused, and how fast it may be asked."""

import pytest

from schema.settings import Settings
from schema.upstreams import upstream_of

SETTINGS = Settings.from_environment(
    {
        "LETTERBOXD_BASE_URL": "http://127.0.0.1:8700",
        "TMDB_BASE_URL": "http://127.0.0.1:8700/tmdb-api",
        "ALMANAC_CRAWL_DELAY": "2",
    }
)


@pytest.mark.parametrize(
    ("url", "host", "delay"),
    [
        ("http://127.0.0.1:8700/ada/", "127.0.0.1:8700", 2),
        ("http://127.0.0.1:8700/tmdb-api/3/movie/1", "127.0.0.1:8700/tmdb-api", 1 / 40),
        ("http://127.0.0.1:8700/tmdb-api", "127.0.0.1:8700/tmdb-api", 1 / 40),
        ("http://127.0.0.1:8700/tmdb-apis/", "127.0.0.1:8700", 2),
        ("https://query.wikidata.org/sparql?query=x", "query.wikidata.org", 2),
        ("https://Mirror.example.org.:443/a", "mirror.example.org", 2),
        ("http://mirror.example.org:443/a", "mirror.example.org:443", 2),
    ],
)
def test_by_base_url_else_by_host(url, host, delay):
    upstream = upstream_of(url, SETTINGS)
    assert (upstream.host, upstream.delay) == (host, delay)
