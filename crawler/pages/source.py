"""One body that passed the checks before reading, and the trees that readers ask of it."""

import codecs
import json
import re
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from crawler.pages.errors import OversizedPage, TruncatedPage, UnexpectedKind

_DOCUMENT = re.compile(rb"<!doctype html|<html[\s>]", re.IGNORECASE)
# Where the markup starts: saved pages may have blank lines and comments before the doctype.
_HEAD = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_CONTAINERS = (b"ul", b"li", b"div", b"section", b"table", b"tr")

_OPTIONS = int(LexborDocumentOptions.WO_EVENTS)  # what is only read has no use for mutation events

# Lexbor takes quadratic time for deep nesting (30,000 nested divs: 2 s; 100,000: 21 s) and for attributes of
# one element (100,000: 30 s). The largest real page at hand has 7,920 tags, 502 of them never closed, and its
# longest stretch without `>` is a 6.8 KB script.
_MOST_TAGS = 20_000
_MOST_UNCLOSED = 4_000
_SUSPICIOUS_TAGS = 3_000
_STRIDE = 61
_STRIDE = 61
_WINDOW = 16_384
_MOST_ATTRIBUTES = 2_000

# glibc gives the memory of every freed tree back to the system, and has its pages faulted in again for the
# next one: 1.5 instead of 1.1 ms for a page of 200 KB. Freeing one block of this size raises its threshold
# for that (mallopt(3), M_MMAP_THRESHOLD); other allocators do not care.
bytes(8 * 1024 * 1024)


class Source:
    """One page as bytes of valid UTF-8, with its URL; what is derived of it is made once, when first asked for."""

    def __init__(self, raw: bytes, url: str) -> None:
        self.raw = raw.removeprefix(codecs.BOM_UTF8)
        self.url = url

    @cached_property
    def text(self) -> str:
        """The page as text."""
        return self.raw.decode()

    @cached_property
    def is_document(self) -> bool:
        """Whether this is a whole HTML page rather than a fragment of one."""
        return _DOCUMENT.search(self.raw, 0, _HEAD) is not None

    @cached_property
    def tree(self) -> LexborHTMLParser:
        """The HTML tree.

        Raises TruncatedPage for a document without its end and for a fragment that does not close what it opens,
        OversizedPage for markup that no page has, UnexpectedKind for what is no HTML.
        """
        start = self.raw[:_HEAD].lstrip()
        if start[:1] != b"<":
            raise UnexpectedKind(f"no HTML but {start[:40].decode(errors='replace')!r}")
        if self.is_document:
            self._check_document_end()
        else:
            self._check_fragment_end()
        self._check_size()
        return LexborHTMLParser(self.raw, options=_OPTIONS)

    @cached_property
    def body(self) -> LexborNode:
        """The body element (one is made for fragments)."""
        body = self.tree.body
        if body is None:
            raise UnexpectedKind("an HTML page without a body")
        return body

    def json(self) -> dict[str, Any]:
        """The JSON object. Raises TruncatedPage when it breaks off, UnexpectedKind for what is no JSON object."""
        text = self.text.strip()
        if text[:1] != "{":
            raise UnexpectedKind(f"no JSON object but {text[:40]!r}")
        try:
            return json.loads(text, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise TruncatedPage(f"JSON that breaks at character {error.pos} of {len(text)}") from error
        except (ValueError, RecursionError) as error:
            raise OversizedPage(f"JSON with {error}") from error

    def _check_document_end(self) -> None:
        end = self.raw.rfind(b"</html>")
        if end < 0:
            end = self.raw.lower().rfind(b"</html>")
        rest = self.raw[end + len(b"</html>") :]
        if end < 0 or len(rest) > _HEAD or _COMMENT.sub(b"", rest).strip():
            raise TruncatedPage(f"{len(self.raw)} bytes that do not end in </html>")

    def _check_fragment_end(self) -> None:
        markup = _COMMENT.sub(b"", self.raw.lower())
        if b"</html>" in markup:
            raise TruncatedPage("the end of a page without its beginning")
        for name in _CONTAINERS:
            opened = len(re.findall(rb"<%b[\s>]" % name, markup))
            closed = markup.count(b"</%b>" % name)
            if opened != closed:
                what = f"<{name.decode()}> {opened} times and closes it {closed} times"
                raise TruncatedPage(f"a fragment that opens {what}")

    def _check_size(self) -> None:
        # Every so many-th byte tells about how many tags there are; only a suspicion is worth counting them.
        if self.raw[::_STRIDE].count(b"<") * _STRIDE > _SUSPICIOUS_TAGS:
            tags = self.raw.count(b"<")
            unclosed = tags - 2 * self.raw.count(b"</")
            if tags > _MOST_TAGS or unclosed > _MOST_UNCLOSED:
                raise OversizedPage(f"{tags} tags, {unclosed} of them never closed")
        # A tag longer than two windows covers one of them whole.
        for start in range(0, len(self.raw), _WINDOW):
            if self.raw.find(b">", start, start + _WINDOW) < 0:
                tag = self.raw[start : start + _WINDOW].rpartition(b"<")[2]
                if len(tag.split()) > _MOST_ATTRIBUTES:
                    raise OversizedPage(f"a tag of more than {_WINDOW} bytes at byte {start}")


def _refuse_constant(name: str) -> None:
    raise ValueError(f"the number {name}")
