"""Judges what a reader made of a mutant: read, refused, or fooled."""

import dataclasses
from collections.abc import Iterable
from typing import Any

from bench.fuzz.facts import entries, fields, is_held_to_its_total, page_facts, part, repeats_nothing, stitched
from bench.fuzz.facts import told_once as once
from bench.fuzz.mutations import Case, Mutation, Promise
from crawler.pages import KINDS
from crawler.pages.errors import PageError, UnreadablePage

VIOLATION = "VIOLATION"
_OWNER = frozenset({"owner"})


@dataclasses.dataclass(frozen=True)
class Verdict:
    """`outcome` is "the same", "less", the class of a refusal, or VIOLATION; `detail` says what was found."""

    outcome: str
    detail: str = ""

    @property
    def is_violation(self) -> bool:
        """Whether the reader was fooled, stumbled, or refused a good page."""
        return self.outcome == VIOLATION


def examine(case: Case, mutation: Mutation, body: bytes) -> Verdict:
    """Reads a mutant and judges the outcome."""
    expected = case.subject.record
    try:
        found = KINDS[case.subject.kind](body)
    except UnreadablePage as refusal:
        return Verdict(VIOLATION, f"the reader stumbled: {refusal.found}")
    except PageError as refusal:
        if mutation.promise is Promise.EQUAL and expected is not None:
            return Verdict(VIOLATION, f"a good page was refused: {refusal}")
        return Verdict(type(refusal).__name__, refusal.found)
    except BaseException as error:  # noqa: BLE001 - that there is none is what is being tested
        return Verdict(VIOLATION, f"another exception: {error!r}")
    if expected is None and not _shows_only_tiles(case):
        return Verdict(VIOLATION, f"a page of another kind was read: {found}")
    wrong = "" if found == expected or expected is None else _JUDGES[mutation.promise](case, found, body)
    if wrong:
        return Verdict(VIOLATION, wrong)
    return Verdict("the same" if found == expected else "less")


def _shows_only_tiles(case: Case) -> bool:
    """A fragment of tiles may be of any listing, and is what it was asked for."""
    return not case.page.is_document and case.subject.kind in ("rated", "likes", "list")


def _equal(case: Case, found: Any, body: bytes) -> str:
    return _difference(fields(found), fields(case.subject.record), frozenset())


def _intact(case: Case, found: Any, body: bytes) -> str:
    if repeats_nothing(case.subject):
        return ""
    expected, apart = case.subject.record, once(case.subject)
    if len(entries(found)) != len(entries(expected)):
        return f"{len(entries(found))} of {len(entries(expected))} entries"
    # Without whose page it is, what it shows is still right.
    lost = apart | (_OWNER if getattr(found, "owner", "") is None else frozenset())
    differences = [
        _difference(page_facts(found), page_facts(expected), lost),
        *(_difference(fields(one), fields(other), apart) for one, other in _pairs(found, expected)),
        _lost_proof(case, found, body),
    ]
    return next(filter(None, differences), "")


def _less(case: Case, found: Any, body: bytes) -> str:
    expected = case.subject.record
    apart = once(case.subject) if repeats_nothing(case.subject) else frozenset()
    if not part(page_facts(found), page_facts(expected), apart):
        return _difference(page_facts(found), page_facts(expected), apart)
    rest = iter(entries(expected))
    for entry in entries(found):
        if not any(part(fields(entry), fields(original)) for original in rest):
            return f"the page does not show there: {entry}"
    return _lost_proof(case, found, body)


def _torn(case: Case, found: Any, body: bytes) -> str:
    if repeats_nothing(case.subject):
        return ""
    expected, apart = case.subject.record, once(case.subject)
    if not part(page_facts(found), page_facts(expected), apart):
        return _difference(page_facts(found), page_facts(expected), apart)
    return _strange(found, [expected], apart) or _lost_proof(case, found, body)


def _moved(case: Case, found: Any, body: bytes) -> str:
    expected = case.subject.record
    if set(entries(found)) != set(entries(expected)):
        return "other entries"
    return _difference(page_facts(found), page_facts(expected), frozenset())


def _mixed(case: Case, found: Any, body: bytes) -> str:
    if repeats_nothing(case.subject):
        return ""
    apart = once(case.subject) | once(case.other)
    both = (case.subject.record, case.other.record)
    sides = [page_facts(record) for record in both if type(record) is type(found)]
    if not any(part(page_facts(found), side, apart) for side in sides):
        return _difference(page_facts(found), sides[0], apart)
    return _strange(found, both, apart)


def _nothing(case: Case, found: Any, body: bytes) -> str:
    return ""


_JUDGES = {
    Promise.EQUAL: _equal,
    Promise.INTACT: _intact,
    Promise.LESS: _less,
    Promise.TORN: _torn,
    Promise.MOVED: _moved,
    Promise.MIXED: _mixed,
    Promise.NOTHING: _nothing,
}


def _strange(found: Any, pages: Iterable[Any], apart: frozenset[str]) -> str:
    known = [entry for record in pages for entry in entries(record)]
    strange = next((entry for entry in entries(found) if not stitched(entry, known, apart)), None)
    return f"nothing shows {strange}" if strange is not None else ""


def _lost_proof(case: Case, found: Any, body: bytes) -> str:
    """Entries or a next page that vanished, though what proves them is still there."""
    info, due = found.info, case.subject.record.info
    proofs = (info.total, info.last_page, info.next_url)
    proven = is_held_to_its_total(case.subject) and proofs == (due.total, due.last_page, due.next_url)
    if proven and info.found != due.found:
        return f"{info.found} of {due.found} entries, though {info.total} are advertised as before"
    if info.next_url != due.next_url and (info.next_url or b"paginate" in body):
        return f"a next page {info.next_url} instead of {due.next_url}"
    return ""


def _difference(found: dict[str, Any], expected: dict[str, Any], apart: frozenset[str]) -> str:
    for name, value in found.items():
        if value != expected.get(name) and name not in apart:
            return f"{name} {value!r} instead of {expected.get(name)!r}"
    return ""


def _pairs(found: Any, expected: Any) -> Iterable[tuple[Any, Any]]:
    return zip(entries(found), entries(expected), strict=True)
