"""Mutations that say the same in other words; only what is escaped once and twice more may be refused."""

import html
import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

from bench.fuzz.mutations.attributes import replaced
from bench.fuzz.mutations.case import Case, Mutation, Promise
from bench.fuzz.subjects import attributes_of

# Rewriting every tag of a large page would take longer than reading it a hundred times.
_MOST_TAGS = 400
_GAP = re.compile(rb">[ \t\r\n]+<")
_XML_TEXT = re.compile(rb"(<(?:title|link|guid[^>]*|letterboxd:\w+)>)([^<>]+)(</)")


def _rewrite_tags(case: Case, rewrite: Callable[[bytes, list[bytes]], bytes]) -> bytes | None:
    """The page with a run of tags written anew, each from its name and its attributes as they stand."""
    tags = case.page.tags if case.page.is_html else []
    if not tags:
        return None
    start = case.draw.randrange(max(1, len(tags) - _MOST_TAGS))
    pieces, at = [], 0
    for tag in tags[start : start + _MOST_TAGS]:
        attributes = [case.body[slice(*one.span)].strip() for one in attributes_of(tag)]
        pieces += case.body[at : tag.start()], b"<", rewrite(tag[1], attributes), b">"
        at = tag.end()
    return b"".join([*pieces, case.body[at:]])


def _shuffle_attributes(case: Case) -> bytes | None:
    def rewrite(name: bytes, attributes: list[bytes]) -> bytes:
        case.draw.shuffle(attributes)
        return b" ".join([name, *attributes])

    return _rewrite_tags(case, rewrite)


def _spread_attributes(case: Case) -> bytes | None:
    return _rewrite_tags(case, lambda name, attributes: b"\n\t".join([name, *attributes, b""]))


def _exchange_quotes(case: Case) -> bytes | None:
    def rewrite(name: bytes, attributes: list[bytes]) -> bytes:
        return b" ".join([name, *map(_with_other_quotes, attributes)])

    return _rewrite_tags(case, rewrite)


def _with_other_quotes(attribute: bytes) -> bytes:
    name, _, value = attribute.partition(b"=")
    if value[:1] == b'"':
        return name + b"='" + value[1:-1].replace(b"'", b"&#39;") + b"'"
    if value[:1] == b"'":
        return name + b'="' + value[1:-1].replace(b'"', b"&quot;") + b'"'
    return attribute


def _capitalise(case: Case) -> bytes | None:
    def rewrite(name: bytes, attributes: list[bytes]) -> bytes:
        parts = [attribute.partition(b"=") for attribute in attributes]
        return b" ".join([name.upper(), *(part[0].upper() + part[1] + part[2] for part in parts)])

    body = _rewrite_tags(case, rewrite)
    return re.sub(rb"</\w+>", lambda tag: tag[0].upper(), body) if body and case.draw.random() < 0.5 else body


def _add_attributes(case: Case) -> bytes | None:
    def rewrite(name: bytes, attributes: list[bytes]) -> bytes:
        return b" ".join([name, b'data-new-mark="7"', *attributes, b'data-tested="a &gt; b"'])

    return _rewrite_tags(case, rewrite)


def _add_classes(case: Case) -> bytes | None:
    def rewrite(name: bytes, attributes: list[bytes]) -> bytes:
        longer = [re.sub(rb"""^class=(["'])""", rb"class=\1_new-look ", attribute) for attribute in attributes]
        return b" ".join([name, *longer])

    return _rewrite_tags(case, rewrite)


def _add_comments(case: Case) -> bytes | None:
    if not case.page.is_html:
        return None
    gaps = [match for match in _GAP.finditer(case.body) if b"<![CDATA" not in case.body[: match.start()][-200:]]
    body = case.body
    for start, end in sorted((gap.span() for gap in case.draw.sample(gaps, min(len(gaps), 20))), reverse=True):
        body = replaced(body, (start, end), b"> <!-- <li> seen --> <")
    return body if gaps else None


def _add_elements(case: Case) -> bytes | None:
    """A notice as sites show it, at the start of the body, and a script at its end."""
    opened = re.search(rb"<body[^>]*>", case.body)
    if not case.page.is_html or opened is None:
        return None
    notice = b'<div class="notice" role="status"><p>Just a moment... 429 films are new: <b>read on</b></p></div>'
    body = replaced(case.body, (opened.end(), opened.end()), notice)
    return body.replace(b"</body>", b"<script>var p = '<ul class=\"grid\">';</script></body>")


def _without_indentation(case: Case) -> bytes | None:
    return _GAP.sub(b"><", case.body) if case.page.is_html and b"<pre" not in case.body else None


def _windows_lines(case: Case) -> bytes:
    return case.body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _byte_order_mark(case: Case) -> bytes:
    return b"\xef\xbb\xbf" + case.body


def _numeric_entities(case: Case) -> bytes | None:
    """All characters beyond ASCII as references, outside scripts, where references mean nothing."""
    if not case.page.is_html or case.body.isascii():
        return None
    parts = re.split(r"(?s)(<script.*?</script>)", case.body.decode())
    return b"".join(
        part.encode() if part.startswith("<script") else part.encode("ascii", "xmlcharrefreplace") for part in parts
    )


def _browser(case: Case) -> bytes | None:
    """As a browser saves the tree that it made of the page."""
    if not case.page.is_document:
        return None
    return (LexborHTMLParser(case.body).html or "").encode()


def _tooltips_shown(case: Case) -> bytes | None:
    """As scripts leave tooltips: their title in another attribute."""
    if not case.page.is_html or b"tooltip" not in case.body:
        return None
    return re.sub(rb"""(<\w+\b[^<>]*\btooltip\b[^<>]*\s)title=""", rb"\1data-original-title=", case.body)


def _saved_from(case: Case) -> bytes | None:
    if not case.page.is_document:
        return None
    return case.body.rstrip() + b"\n<!-- saved on Sunday -->\n\n"


def _cdata(case: Case) -> bytes | None:
    if not case.page.is_xml:
        return None
    return _XML_TEXT.sub(lambda match: match[1] + b"<![CDATA[" + _unescaped(match[2]) + b"]]>" + match[3], case.body)


def _unescaped(text: bytes) -> bytes:
    return html.unescape(text.decode()).encode()


def _escape_more(times: int) -> Callable[[Case], bytes | None]:
    def apply(case: Case) -> bytes | None:
        body = case.body
        if not case.page.is_html or b"&" not in body:
            return None
        for _ in range(times):
            body = body.replace(b"&", b"&amp;")
        return body

    return apply


MUTATIONS = (
    Mutation("attributes in another order", Promise.EQUAL, _shuffle_attributes),
    Mutation("attributes a line each", Promise.EQUAL, _spread_attributes),
    Mutation("other quotes", Promise.EQUAL, _exchange_quotes),
    Mutation("tags in capitals", Promise.EQUAL, _capitalise),
    Mutation("unknown attributes", Promise.EQUAL, _add_attributes),
    Mutation("unknown classes", Promise.EQUAL, _add_classes),
    Mutation("comments between elements", Promise.EQUAL, _add_comments),
    Mutation("unknown elements", Promise.EQUAL, _add_elements),
    Mutation("no white space between elements", Promise.EQUAL, _without_indentation),
    Mutation("lines end as on Windows", Promise.EQUAL, _windows_lines),
    Mutation("byte order mark", Promise.EQUAL, _byte_order_mark),
    Mutation("characters as references", Promise.EQUAL, _numeric_entities),
    Mutation("saved by a browser", Promise.EQUAL, _browser),
    Mutation("tooltips shown", Promise.EQUAL, _tooltips_shown),
    Mutation("a comment at the end", Promise.EQUAL, _saved_from),
    Mutation("feed texts in CDATA", Promise.EQUAL, _cdata),
    Mutation("escaped once more", Promise.INTACT, _escape_more(1)),
    Mutation("escaped twice more", Promise.INTACT, _escape_more(2)),
)
