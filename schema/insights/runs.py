"""What runs did and how far they are, for people who wait and people who look back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.insights.enrichment import num_due_of_cohorts
from schema.store.steps import Step, of_runs
from schema.store.syncs import ORDER
from schema.viewer import OPERATOR, VISIBLE, Viewer


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run; `cohort` is the label of the cohort it brings up to date, None for an import or a crawl by hand.

    `requests`, `members` and `ratings` are counted when it ends; `authorization` is what permitted its crawls;
    `owner_id` is the account that the cohort belongs to, `account_id` the one that handed an import in.
    """

    id: int
    cohort_id: int | None
    cohort: str | None
    kind: str
    status: str
    error: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    requests: int | None
    members: int | None
    ratings: int | None
    authorization: dict | None
    owner_id: int | None
    account_id: int | None

    @property
    def requests_per_member(self) -> float | None:
        """Known when it is over and was about anybody."""
        return self.requests / self.members if self.requests is not None and self.members else None

    @property
    def requests_per_thousand_ratings(self) -> float | None:
        """Known when it is over and its members have rated anything."""
        return 1000 * self.requests / self.ratings if self.requests is not None and self.ratings else None

    def tells(self, viewer: Viewer) -> bool:
        """Whether someone who sees the run may know what went wrong in it, too: hosts, names and reasons."""
        return viewer.operator or (
            viewer.account_id is not None and viewer.account_id in (self.owner_id, self.account_id)
        )

    @property
    def over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.status not in {"queued", "running"}

    @property
    def seconds(self) -> float | None:
        """How long it took from the moment it was asked for; None while it lasts."""
        return (self.finished_at - self.created_at).total_seconds() if self.finished_at else None


SELECT = (
    "SELECT r.id, r.cohort_id, c.label, r.kind, r.status, r.error, r.created_at, r.started_at, r.finished_at,"
    ' r.requests, r.members, r.ratings, r."authorization", c.owner_id, r.account_id'
    " FROM sync_runs r LEFT JOIN cohorts c ON c.id = r.cohort_id"
)


# Operators alone see runs of no cohort, save that everybody sees their own imports.
_VISIBLE = (
    f"coalesce({VISIBLE} AND c.id IS NOT NULL, false) OR coalesce(r.account_id = CAST(:viewer AS bigint), false)"
    " OR CAST(:operator AS boolean)"
)


def by_id(connection: Connection, run_id: int, viewer: Viewer = OPERATOR) -> RunRow | None:
    """One run, None when there is none of this number, or none for `viewer`."""
    row = connection.execute(
        text(f"{SELECT} WHERE r.id = :run AND ({_VISIBLE})"), {"run": run_id, **viewer.bound}
    ).one_or_none()
    return RunRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Whose export a run imports, and by which account it came."""

    username: str
    account_id: int


def handed_in(connection: Connection, run_id: int) -> HandedIn | None:
    """Who gave what an import takes in; None when the member, or the account, is gone."""
    row = connection.execute(
        text(
            "SELECT m.username, r.account_id FROM sync_runs r"
            " JOIN sync_steps s ON s.run_id = r.id AND s.name = 'import'"
            " JOIN members m ON m.id = (s.arguments ->> 'member_id')::int WHERE r.id = :run"
        ),
        {"run": run_id},
    ).one_or_none()
    return HandedIn(*row) if row else None


def recent(connection: Connection, limit: int, cohort_id: int | None = None) -> list[RunRow]:
    """The latest runs, newest first, of one cohort or of all."""
    rows = connection.execute(
        text(
            f"{SELECT} WHERE CAST(:cohort AS bigint) IS NULL OR r.cohort_id = :cohort ORDER BY r.id DESC LIMIT :limit"
        ),
        {"cohort": cohort_id, "limit": limit},
    )
    return [RunRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a step is: `done` of `total` in `unit`s, over all its `parts`."""

    name: str
    status: str
    done: int
    total: int
    unit: str
    parts: list[Step]


def progress(connection: Connection, run: RunRow) -> list[StepProgress]:
    """The steps of a run, in the order they are taken."""
    return progress_of(connection, [run])[run.id]


def progress_of(connection: Connection, asked: Sequence[RunRow]) -> dict[int, list[StepProgress]]:
    """The same for several runs, by id."""
    planned: dict[int, list[Step]] = {run.id: [] for run in asked}
    for part in of_runs(connection, list(planned)):
        planned[part.run_id].append(part)
    read = _listings_read(connection, list(planned))
    left = _left(connection, [(run, part) for run in asked for part in planned[run.id]])
    return {run.id: _steps(planned[run.id], read[run.id], left.get(run.cohort_id)) for run in asked}


def _steps(planned: Sequence[Step], read: set[tuple[str, str]], left: dict[str, int] | None) -> list[StepProgress]:
    steps = []
    for name in ORDER:
        parts = [part for part in planned if part.name == name]
        if not parts:
            continue
        if name == "crawl":
            counted, unit = [_listings(part, read) for part in parts], "listings"
        elif name == "enrich":
            counted, unit = [_films(part, left) for part in parts], "films"
        else:
            counted, unit = [(int(part.status == "succeeded"), 1) for part in parts], "parts"
        done, total = (sum(column) for column in zip(*counted, strict=True))
        steps.append(StepProgress(name, _status(parts), done, total, unit, parts))
    return steps


def _status(parts: list[Step]) -> str:
    found = {part.status for part in parts}
    if len(found) == 1:
        return found.pop()
    return next((status for status in ("failed", "paused") if status in found), "running")


def listings_read(connection: Connection, run_id: int) -> set[tuple[str, str]]:
    """The (kind, username) of every listing that the run has read to its end."""
    return _listings_read(connection, [run_id])[run_id]


def _listings_read(connection: Connection, run_ids: Collection[int]) -> dict[int, set[tuple[str, str]]]:
    rows = connection.execute(
        text(
            "SELECT l.run_id, l.kind, m.username FROM listings l JOIN members m ON m.id = l.member_id"
            " WHERE l.run_id = ANY(:runs)"
        ),
        {"runs": list(run_ids)},
    )
    found: dict[int, set[tuple[str, str]]] = {run: set() for run in run_ids}
    for run, kind, username in rows:
        found[run].add((kind, username))
    return found


def ever_read(connection: Connection, kind: str, usernames: Collection[str]) -> set[str]:
    """Those of `usernames` whose listing of this kind has been read to its end at some time."""
    rows = connection.execute(
        text(
            "SELECT m.username FROM listings l JOIN members m ON m.id = l.member_id"
            " WHERE l.kind = :kind AND l.swept_at IS NOT NULL AND m.username = ANY(:names)"
        ),
        {"kind": kind, "names": list(usernames)},
    )
    return set(rows.scalars())


def ways_taken(connection: Connection, run_id: int, kind: str, usernames: Collection[str]) -> dict[str, int]:
    """How many of these members' listings the run has read on each of `schema.store.listings.WAYS`."""
    rows = connection.execute(
        text(
            "SELECT l.way, count(*) FROM listings l JOIN members m ON m.id = l.member_id"
            " WHERE l.run_id = :run AND l.kind = :kind AND m.username = ANY(:names) GROUP BY l.way ORDER BY l.way"
        ),
        {"run": run_id, "kind": kind, "names": list(usernames)},
    )
    return dict(rows.all())


def _listings(part: Step, read: set[tuple[str, str]]) -> tuple[int, int]:
    usernames = part.arguments.get("usernames", [])
    if part.status == "succeeded":
        return len(usernames), len(usernames)
    return sum((part.arguments["kind"], name) in read for name in usernames), len(usernames)


def _left(connection: Connection, planned: Sequence[tuple[RunRow, Step]]) -> dict[int, dict[str, int]]:
    """How many films of each kind are still to be asked about, by cohort, where enrichment is under way."""
    under_way = [
        (run.cohort_id, part.detail)
        for run, part in planned
        if part.name == "enrich" and part.status == "running" and run.cohort_id is not None
    ]
    left: dict[int, dict[str, int]] = {}
    for cohort, detail in under_way:
        left.setdefault(cohort, {}).update(dict.fromkeys(detail, 0))
    for kind in dict.fromkeys(kind for _, detail in under_way for kind in detail):
        cohorts = [cohort for cohort, detail in under_way if kind in detail]
        for cohort, number in num_due_of_cohorts(connection, kind, cohorts).items():
            left[cohort][kind] = number
    return left


def _films(part: Step, left: dict[str, int] | None) -> tuple[int, int]:
    total = sum(each["asked"] for each in part.detail.values() if "asked" in each)
    if part.status != "running" or left is None:
        return total if part.status == "succeeded" else 0, total
    done = sum(min(each["asked"], max(0, each["due"] - left[kind])) for kind, each in part.detail.items())
    return done, total


def num_requests(connection: Connection, run_id: int) -> dict[str, dict[str, int]]:
    """Requests a run made and bytes that came back, by what asked for them."""
    rows = connection.execute(
        text(
            "SELECT kind, sum(requests), sum(bytes) FROM crawl_requests WHERE run_id = :run GROUP BY kind ORDER BY kind"
        ),
        {"run": run_id},
    )
    return {kind: {"requests": int(requests), "bytes": int(size)} for kind, requests, size in rows}
