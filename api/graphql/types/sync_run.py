"""The GraphQL types SyncRun, SyncStep and SyncPart."""

from datetime import datetime
from enum import Enum

import strawberry
from sqlalchemy import Connection
from strawberry.scalars import JSON

from api.graphql.ids import global_id
from api.graphql.types.account_import import AccountImport
from schema.insights import completeness, runs
from schema.insights.completeness import Completeness
from schema.insights.runs import RunRow, StepProgress
from schema.store.steps import Step
from schema.viewer import Viewer


@strawberry.enum(description="How a run is doing.")
class RunStatus(Enum):
    QUEUED = strawberry.enum_value("queued", description="Waits for a worker.")
    RUNNING = strawberry.enum_value("running", description="Under way.")
    SUCCEEDED = strawberry.enum_value("succeeded", description="Done.")
    FAILED = strawberry.enum_value("failed", description="Given up; `error` says why.")
    PAUSED = strawberry.enum_value("paused", description="Stopped by an operator or a refusal; `error` says why.")


@strawberry.enum(description="How a step of a run is doing.")
class StepStatus(Enum):
    PENDING = strawberry.enum_value("pending", description="Its turn has not come.")
    RUNNING = strawberry.enum_value("running", description="Under way.")
    SUCCEEDED = strawberry.enum_value("succeeded", description="Done.")
    FAILED = strawberry.enum_value("failed", description="Given up; `error` says why.")
    PAUSED = strawberry.enum_value("paused", description="Put aside until a host may be asked again.")


@strawberry.type(description="A share of a step that one worker does.")
class SyncPart:
    number: int = strawberry.field(description="From 0, within the step.")
    status: StepStatus = strawberry.field(description="How it is doing.")
    attempts: int = strawberry.field(description="Tries so far; after the third failure the run is given up.")
    detail: JSON = strawberry.field(
        description="What it reports, an object of counts and names; empty for others than those whose run it is."
    )
    error: str | None = strawberry.field(description="Why the last try failed; for whose run it is.")

    @classmethod
    def of(cls, part: Step, told: bool) -> "SyncPart":
        """The part in a row; what it reports only when that may be `told`."""
        return cls(
            number=part.part,
            status=StepStatus(part.status),
            attempts=part.attempts,
            detail=part.detail if told else {},
            error=part.error if told else None,
        )


@strawberry.type(description="One step of a run: refresh, crawl, enrich, stats or rankings; of an import, import.")
class SyncStep:
    name: str = strawberry.field(description="What is done.")
    status: StepStatus = strawberry.field(description="How it is doing.")
    done: int = strawberry.field(description="How many of its units are done.")
    total: int = strawberry.field(description="How many units it has, as far as is known.")
    unit: str = strawberry.field(description="What `done` and `total` count.")
    attempts: int = strawberry.field(description="The most tries that any part took.")
    error: str | None = strawberry.field(description="Why a part of it failed last; for whose run it is.")
    parts: list[SyncPart] = strawberry.field(description="The shares it is cut into.")

    @classmethod
    def of(cls, step: StepProgress, told: bool) -> "SyncStep":
        """The step as far as it is; what went wrong only when that may be `told`."""
        return cls(
            name=step.name,
            status=StepStatus(step.status),
            done=step.done,
            total=step.total,
            unit=step.unit,
            attempts=max(part.attempts for part in step.parts),
            error=next((part.error for part in step.parts if part.error), None) if told else None,
            parts=[SyncPart.of(part, told) for part in step.parts],
        )


@strawberry.type(
    description="How whole a run's reading is: per cent, 0 to 100, of the posters in listings of rated films and likes."
)
class RunCompleteness:
    tiles: int = strawberry.field(description="Posters read.")
    rating_state_pct: float = strawberry.field(description="Those that told the rating, or that there is none.")
    like_flag_pct: float = strawberry.field(description="Those that told whether the film is liked.")
    letterboxd_id_pct: float = strawberry.field(description="Those that told the number of the film.")
    tmdb_identity_pct: float | None = strawberry.field(
        description="Of the members' reactions: to films whose TMDB title is known, or known not to exist;"
        " null before enrichment is done, or without it."
    )
    flagged: bool = strawberry.field(description="Whether any of these is below 99.")

    @classmethod
    def of(cls, found: Completeness) -> "RunCompleteness":
        """The shares as measured."""
        return cls(
            tiles=found.tiles,
            rating_state_pct=found.rating_state,
            like_flag_pct=found.like_flag,
            letterboxd_id_pct=found.letterboxd_id,
            tmdb_identity_pct=found.tmdb_identity,
            flagged=found.flagged,
        )


@strawberry.type(
    description="One recorded execution: a sync that brings a cohort up to date, a backfill that completes its films,"
    " the import of an export that a member handed in, or a crawl by hand."
)
class SyncRun:
    id: strawberry.ID = strawberry.field(description="Global id.")
    kind: str = strawberry.field(
        description='What is done: "full", "delta", "refresh", "backfill", "import" or "crawl".'
    )
    status: RunStatus = strawberry.field(description="How it is doing.")
    error: str | None = strawberry.field(
        description="Why it failed. Only those whose run it is, the owner of the cohort or of the import and operators,"
        " are told; null for others."
    )
    created_at: datetime = strawberry.field(description="When it was asked for, UTC.")
    started_at: datetime | None = strawberry.field(description="When its first step began, UTC.")
    finished_at: datetime | None = strawberry.field(description="When it ended, UTC.")
    steps: list[SyncStep] = strawberry.field(description="Its steps, in the order in which they are taken.")

    completeness: RunCompleteness | None = strawberry.field(
        description="How whole its reading is so far; null when it has read no listing."
    )
    account_import: AccountImport | None = strawberry.field(
        description="What became of the export that it imports; null for other runs, and before that is known."
    )

    @classmethod
    def of(cls, run: RunRow, steps: list[StepProgress], completeness: Completeness | None, viewer: Viewer) -> "SyncRun":
        """The run in a row, with its steps and the shares that were measured, for someone's eyes."""
        told = run.tells(viewer)
        return cls(
            id=global_id("SyncRun", run.id),
            kind=run.kind,
            status=RunStatus(run.status),
            error=run.error if told else None,
            created_at=run.created_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            steps=[SyncStep.of(step, told) for step in steps],
            completeness=RunCompleteness.of(completeness) if completeness else None,
            account_import=next((AccountImport.of(part.detail) for part in _imports(steps) if part.detail), None),
        )


def _imports(steps: list[StepProgress]) -> list[Step]:
    return [part for step in steps if step.name == "import" for part in step.parts]


def run_now(connection: Connection, run_id: int, viewer: Viewer) -> SyncRun | None:
    """A run as far as it is, None when there is none for the viewer."""
    run = runs.by_id(connection, run_id, viewer)
    if run is None:
        return None
    return SyncRun.of(run, runs.progress(connection, run), completeness.of_run(connection, run_id), viewer)
