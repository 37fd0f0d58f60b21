"""Step "crawl": reads every member's rated films, likes and favourites, in parts that workers share."""

from collections.abc import Sequence

from sqlalchemy import Connection

from jobs.failures import CrawlFailed
from jobs.process import crawl, is_missing
from jobs.queues import CRAWL
from jobs.steps.kind import StepKind
from schema.engine import engine
from schema.insights.cohort_details import usernames
from schema.insights.runs import ever_read, listings_read, ways_taken
from schema.settings import Settings
from schema.store import erasures
from schema.store.steps import MAX_ATTEMPTS, Step

# Members a spider reads in one process. Rated films are many pages a member, likes few, a profile one.
_MOST_MEMBERS = {"rated": 25, "likes": 100, "profile": 100}


def parts(connection: Connection, cohort_id: int, *, full: bool) -> list[dict]:
    """The arguments of the step's parts, of about equal size within a kind.

    A delta asks nobody's profile a second time: favourites change rarely, and the next full sync sees them.
    """
    members = usernames(connection, cohort_id)
    found = []
    for kind, most in _MOST_MEMBERS.items():
        asked = members
        if kind == "profile" and not full:
            read = ever_read(connection, kind, members)
            asked = [name for name in members if name not in read]
        found += [{"kind": kind, "usernames": share, "delta": not full} for share in _shares(asked, most)]
    return found


def _shares(members: Sequence[str], most: int) -> list[Sequence[str]]:
    count = -(-len(members) // most)
    return [members[start::count] for start in range(count)]


def work(step: Step) -> dict:
    """Reads one kind of listing of some members; what an earlier attempt completed is not asked again.

    A member who cannot be read is named in the report. When nobody could be, the upstream is likely to have
    a bad moment, and the part is tried again — unless it knows none of them.
    """
    kind, members = step.arguments["kind"], step.arguments["usernames"]
    with engine().connect() as connection:
        erased = erasures.among(connection, members)
    members = [name for name in members if name not in erased]
    if not members:
        return {"members": 0, "requests": 0, "failed": {}}
    arguments = {"usernames": ",".join(members), "run": step.run_id}
    if step.arguments["delta"] and kind != "profile":
        arguments["halt_after"] = Settings.from_environment().halting_tiles
    report = crawl(kind, arguments, echo=True)
    with engine().connect() as connection:
        read = {username for listing, username in listings_read(connection, step.run_id) if listing == kind}
        ways = ways_taken(connection, step.run_id, kind, members)
    failed = {username: reason for username, reason in report.unread(kind).items() if username not in read}
    unheard = [username for username in members if username not in read and username not in failed]
    if unheard:
        raise CrawlFailed(f"{kind} of {unheard[0]} was not read: {'; '.join(report.errors[:1]) or 'no reason given'}")
    hopeful = not all(is_missing(reason) for reason in failed.values())
    if len(failed) == len(members) and hopeful and step.attempts < MAX_ATTEMPTS:
        raise CrawlFailed(_nobody(kind, failed))
    return {"members": len(members), "requests": report.requests, "failed": failed, "ways": ways}


def verdict(done: Sequence[Step]) -> str | None:
    """A kind of listing that was read of nobody at all ends the run."""
    for kind in _MOST_MEMBERS:
        mine = [part for part in done if part.arguments["kind"] == kind]
        failed = {name: reason for part in mine for name, reason in part.detail["failed"].items()}
        if failed and len(failed) == sum(part.detail["members"] for part in mine):
            return _nobody(kind, failed)
    return None


def _nobody(kind: str, failed: dict[str, str]) -> str:
    username, reason = next(iter(failed.items()))
    others = f" and of {len(failed) - 1} more" if len(failed) > 1 else ""
    return f"{kind} of {username}{others} could not be read: {reason}"


STEP = StepKind(CRAWL, work, verdict)
