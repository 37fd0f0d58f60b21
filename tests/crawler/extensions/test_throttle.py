"""What answers do to the pace of a crawl."""

import pytest
from scrapy.core.downloader import Slot
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.extensions.throttle import Throttle


@pytest.mark.parametrize(("status", "recovers"), [(200, True), (304, True), (404, False), (503, False)])
def test_a_good_answer_gives_back_what_a_slow_one_took(status, recovers):
    throttle = Throttle(get_crawler(settings_dict={"AUTOTHROTTLE_ENABLED": True}))
    throttle.mindelay, throttle.maxdelay = 0.025, 60.0
    slot = Slot(concurrency=8, delay=0.025, jitter=0)
    throttle._adjust_delay(slot, 8.0, Response("https://api.example.org", status=status))
    assert slot.delay >= 4
    for _ in range(20):
        throttle._adjust_delay(slot, 0.01, Response("https://api.example.org", status=status))
    assert (slot.delay == 0.025) == recovers


def test_crawls_use_it():
    from crawler import settings

    assert settings.AUTOTHROTTLE_ENABLED
    assert settings.EXTENSIONS["scrapy.extensions.throttle.AutoThrottle"] is None
    assert "crawler.extensions.throttle.Throttle" in settings.EXTENSIONS
