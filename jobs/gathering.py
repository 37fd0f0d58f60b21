"""Resolves a cohort's definition to members, crawling first what it names and we do not know."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from jobs.failures import CrawlFailed, CrawlPaused, Hopeless
from jobs.process import Report, crawl, is_missing
from schema.definitions import Definition, leaves, resolve
from schema.engine import engine
from schema.insights import lists
from schema.insights.cohort_details import known_usernames
from schema.insights.runs import listings_read
from schema.settings import Settings
from schema.store import runs
from schema.viewer import OPERATOR, Viewer

_MOST_NAMES = 100  # in one spider's argument


class UnknownMember(Hopeless):
    """The upstream has no member of this name."""

    def __init__(self, username: str) -> None:
        super().__init__(f"no member {username!r} at {Settings.from_environment().letterboxd_base_url}")


class UnknownList(Hopeless):
    """The upstream has no list at this address."""

    def __init__(self, address: str) -> None:
        super().__init__(f"no list {address!r} at {Settings.from_environment().letterboxd_base_url}")


class NoMembers(Hopeless):
    """A definition stands for nobody."""

    def __init__(self) -> None:
        super().__init__("nobody belongs to this cohort, by its definition")


def members_of(run_id: int, definition: Definition, viewer: Viewer, *, strict: bool, echo: bool = False) -> set[int]:
    """Ids of the members that a checked definition stands for to `viewer`, by what the upstream says now.

    Raises UnknownList or, when someone whose relations it names does not exist, UnknownMember — with `strict`,
    also for anyone it names as a member, who is left out otherwise — NoMembers, CrawlRefused or CrawlFailed.
    """
    named: dict[str, set[str]] = defaultdict(set)
    for kind, value in leaves(definition):
        named[kind].update(value if kind == "usernames" else [str(value)])
    for direction in ("following", "followers"):
        for names in _chunks(named[direction] - _read(run_id, direction)):
            _read_relations(run_id, direction, names, echo=echo)
    for addresses in _chunks(named["list"] - _lists_read(run_id, named["list"])):
        _read_lists(run_id, addresses, echo=echo)
    for names in _chunks(_strangers(named["usernames"])):
        report = crawl("profile", {"usernames": ",".join(names), "run": run_id}, echo=echo)
        if strict:
            _raise_unread(report, "profile")
    with engine().connect() as connection:
        found = resolve(connection, definition, viewer)
    if not found:
        raise NoMembers
    return found


def members_now(definition: Definition, viewer: Viewer = OPERATOR) -> set[int]:
    """Like `members_of`, strictly, for someone who waits for it: under a run of its own, kind "crawl"."""
    with engine().begin() as connection:
        run_id = runs.open_run(connection, "crawl")
    try:
        found = members_of(run_id, definition, viewer, strict=True)
    except BaseException as error:
        with engine().begin() as connection:
            status = "paused" if isinstance(error, CrawlPaused) else "failed"
            runs.finish(connection, run_id, status, str(error) or type(error).__name__)
        raise
    with engine().begin() as connection:
        runs.finish(connection, run_id, "succeeded")
    return found


def _read_relations(run_id: int, direction: str, names: Collection[str], *, echo: bool) -> None:
    report = crawl("following", {"usernames": ",".join(names), "direction": direction, "run": run_id}, echo=echo)
    _raise_unread(report, direction)
    missed = sorted(set(names) - _read(run_id, direction))
    if missed:
        raise CrawlFailed(f"{direction} of {missed[0]} was not read: {'; '.join(report.errors[:1])}")


def _read_lists(run_id: int, addresses: Collection[str], *, echo: bool) -> None:
    report = crawl("member_list", {"lists": ",".join(addresses), "run": run_id}, echo=echo)
    for address, reason in report.unread("list").items():
        raise UnknownList(address) if is_missing(reason) else CrawlFailed(f"list of {address}: {reason}")
    missed = sorted(set(addresses) - _lists_read(run_id, addresses))
    if missed:
        raise CrawlFailed(f"list of {missed[0]} was not read: {'; '.join(report.errors[:1])}")


def _raise_unread(report: Report, kind: str) -> None:
    for username, reason in report.unread(kind).items():
        if is_missing(reason):
            raise UnknownMember(username)
        raise CrawlFailed(f"{kind} of {username}: {reason}")


def _read(run_id: int, direction: str) -> set[str]:
    """Members whose relations this run has read to the end."""
    with engine().connect() as connection:
        return {username for kind, username in listings_read(connection, run_id) if kind == direction}


def _lists_read(run_id: int, addresses: Collection[str]) -> set[str]:
    with engine().connect() as connection:
        return lists.known(connection, addresses, run_id=run_id)


def _strangers(names: Collection[str]) -> set[str]:
    with engine().connect() as connection:
        return set(names) - known_usernames(connection, names)


def _chunks(names: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(names)
    for start in range(0, len(ordered), _MOST_NAMES):
        yield ordered[start : start + _MOST_NAMES]
