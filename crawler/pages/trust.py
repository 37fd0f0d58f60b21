"""The checks that come before reading: is this a page at all, or a refusal, an error, a broken body?"""

import codecs
import re
from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from crawler.pages.errors import (
    AccessDenied,
    BlankPage,
    BrokenEncoding,
    ChallengePage,
    ErrorPage,
    MissingPage,
    OversizedPage,
    PageError,
    PrivatePage,
    RateLimited,
    UnreadablePage,
    ViewSourcePage,
)
from crawler.pages.source import Source

Record = TypeVar("Record", covariant=True)

# Far above the largest page seen (314 KB), and what the downloader accepts.
_MOST_BYTES = 8 * 1024 * 1024

_TITLE = re.compile(rb"<title[^<>]*>([^<]*)</title>", re.IGNORECASE)
_CLASS = re.compile(rb"""\sclass=["']([^"']*)["']""", re.IGNORECASE)
_CHALLENGE = re.compile(r"Just a moment\.\.\.|Attention Required! \| Cloudflare|Access denied \|.*Cloudflare.*")
_RATE_LIMIT = re.compile(r"(?:429\b|Too Many Requests|Error 1015\b).*", re.IGNORECASE)
_SERVER_ERROR = re.compile(r"(?:.*\| )?5\d\d:? .*")
_MISSING = re.compile(rb"Sorry, we can.{1,8}t find the page")
_PRIVATE = re.compile(rb"This (?:profile|account|list|watchlist) is private")
_VIEW_SOURCE = (b'class="line-content"', b'class="line-number"', b'id="viewsource"', b'<pre id="line1"')
_ESCAPED_START = re.compile(rb"(?:\A\s*|<pre[^>]{0,200}>\s*)&lt;(?:!doctype|html|\?xml)", re.IGNORECASE)
# How far the title of a page, or the marks of a source view, may be from its start.
_HEAD = 16_384
_START = 2_048
_CHUNK = 16_384


class Parser(Protocol[Record]):
    """How every page reader is called.

    Takes the body as served, optionally the URL (next links are resolved against it), the status and the
    headers of the answer. Gives the record, or raises a PageError; nothing else, whatever the bytes.
    """

    def __call__(
        self, body: bytes, url: str = "", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Record: ...


def reader(read: Callable[[Source], Record]) -> Parser[Record]:
    """Makes a page reader of a function that reads trusted sources."""

    def parse(body: bytes, url: str = "", *, status: int = 200, headers: Mapping[str, str] | None = None) -> Record:
        try:
            return read(admit(body, url, status, headers or {}))
        except PageError as error:
            error.url = url
            raise
        except Exception as error:
            raise UnreadablePage(f"{type(error).__name__}: {error}", url) from error

    parse.__doc__ = read.__doc__
    parse.__module__ = read.__module__
    return parse


def admit(body: bytes, url: str, status: int, headers: Mapping[str, str]) -> Source:
    """The source of a body that is worth reading; raises the PageError that says why it is not."""
    mitigated = {name.lower(): value for name, value in headers.items()}.get("cf-mitigated")
    if mitigated:
        raise ChallengePage(f"cf-mitigated: {mitigated}")
    if status != 200:
        raise _refusal(status, body)
    if len(body) > _MOST_BYTES:
        raise OversizedPage(f"{len(body)} bytes")
    if not body or body.isspace():
        raise BlankPage(f"{len(body)} bytes of nothing")
    _check_encoding(body)
    _check_title(body)
    _check_body_tag(body)
    return Source(body, url)


def _refusal(status: int, body: bytes) -> PageError:
    found = f"status {status}"
    if status == 403:
        return PrivatePage(found) if _PRIVATE.search(body, 0, _HEAD) else ChallengePage(found)
    causes = {401: AccessDenied, 404: MissingPage, 410: MissingPage, 429: RateLimited}
    return causes.get(status, ErrorPage)(found)


def _check_encoding(body: bytes) -> None:
    if b"\0" in body:
        raise BrokenEncoding(f"a NUL at byte {body.index(0)}")
    # In pieces, since a text of 200,000 characters costs more to hold than to check.
    start, view = 0, memoryview(body)
    while start < len(body):
        try:
            _, read = codecs.utf_8_decode(view[start : start + _CHUNK], "strict", start + _CHUNK >= len(body))
        except UnicodeDecodeError as error:
            raise BrokenEncoding(f"byte {start + error.start} of {len(body)} is not UTF-8") from error
        start += read


def _check_title(body: bytes) -> None:
    start = _tag_start(body, b"title", _HEAD)
    match = _TITLE.match(body, start) if start >= 0 else None
    if match is None:
        return
    title = " ".join(match[1].decode().split())
    if title.endswith("Letterboxd"):
        return
    if _RATE_LIMIT.fullmatch(title):
        raise RateLimited(f"title {title!r}")
    if _CHALLENGE.fullmatch(title):
        limited = b"You are being rate limited" in body
        raise (RateLimited if limited else ChallengePage)(f"title {title!r}")
    if _SERVER_ERROR.fullmatch(title):
        raise ErrorPage(f"title {title!r}")


def _tag_start(body: bytes, name: bytes, end: int) -> int:
    """Where the first tag of that name opens, -1 when there is none; searching for both cases at once is slow."""
    start = body.find(b"<" + name, 0, end)
    return start if start >= 0 else body.find(b"<" + name.upper(), 0, end)


def _check_body_tag(body: bytes) -> None:
    """Looks at what the page calls itself; pages of Letterboxd always have a class, source views have not."""
    start = _tag_start(body, b"body", len(body))
    tag = body[start : start + _START].partition(b">")[0] if start >= 0 else b""
    match = _CLASS.search(tag)
    if match is None or b"viewsource" in tag:
        _check_view_source(body)
    elif b"error" in match[1].split():
        _refuse_error(body, f'body class "{match[1].decode()}"')


def _refuse_error(body: bytes, found: str) -> None:
    if _MISSING.search(body):
        raise MissingPage(f"{found} and the words of the 404 page")
    if _PRIVATE.search(body):
        raise PrivatePage(f"{found} and the words of a private page")
    raise ErrorPage(found)


def _check_view_source(body: bytes) -> None:
    if _ESCAPED_START.search(body[:_START]):
        raise ViewSourcePage("escaped markup instead of markup")
    for mark in _VIEW_SOURCE:
        if body.find(mark, 0, _HEAD) >= 0:
            raise ViewSourcePage(f"a browser's source view ({mark.decode()})")
