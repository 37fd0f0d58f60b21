"""Letterboxd itself is recognised however its name is spelled, and nothing else is."""

import pytest

from crawler.middlewares.permission import is_letterboxd


@pytest.mark.parametrize(
    "url",
    [
        "https://letterboxd.com/ada/",
        "http://letterboxd.com:8080/ada/",
        "https://LetterBoxd.COM/ada/",
        "https://letterboxd.com./ada/",
        "https://www.letterboxd.com/ada/",
        "https://user:pass@letterboxd.com/ada/",
    ],
)
def test_letterboxd_in_every_spelling(url):
    assert is_letterboxd(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8900/letterboxd.com/",
        "https://notletterboxd.com/",
        "https://letterboxd.com.example.org/",
        "https://mirror.example.org/?u=letterboxd.com",
    ],
)
def test_others_are_not_letterboxd(url):
    assert not is_letterboxd(url)
