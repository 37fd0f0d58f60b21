"""How long a host is left alone after an answer."""

import pytest
from scrapy.http import Response

from crawler.downloading.quiet import seconds_of_quiet

_NOW = "Sun, 22 Nov 2026 12:00:00 GMT"


def answer(status, retry_after=None):
    headers = {"Date": _NOW} | ({"Retry-After": retry_after} if retry_after else {})
    return Response("http://upstream.test/", status=status, headers=headers)


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("Sun, 22 Nov 2026 12:01:30 GMT", 90),  # by the host's clock, whatever ours says
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_taken_at_its_word(status, retry_after, seconds):
    assert seconds_of_quiet(answer(status, retry_after), 1.0, 2) == seconds


@pytest.mark.parametrize("retry_after", [None, "soon", "-5", "1.5", "9" * 400])
def test_without_one_the_quiet_doubles(retry_after):
    if retry_after and retry_after.isdecimal():
        assert seconds_of_quiet(answer(429, retry_after), 1.0, 0) > 1e6
        return
    for retries, least in enumerate((2, 4, 8, 16)):
        assert least <= seconds_of_quiet(answer(429, retry_after), 1.0, retries) <= 1.5 * least
    assert seconds_of_quiet(answer(500), 60.0, 3) <= 1.5 * 300
    assert seconds_of_quiet(answer(500), 0.0, 3) == 0


@pytest.mark.parametrize("status", [200, 304, 403, 404])
def test_other_answers_ask_for_none(status):
    assert seconds_of_quiet(answer(status, "60"), 1.0, 0) == 0
