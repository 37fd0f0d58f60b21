"""The GraphQL type AccountImport: what became of an export that a member handed in."""

from datetime import datetime
from typing import Any

import strawberry

from api.graphql.errors import BadUserInput


@strawberry.type(description="Rows of a file that were left out for one reason.")
class RowsLeftOut:
    reason: str = strawberry.field(description="Why they were.")
    lines: list[int] = strawberry.field(description="Where in the file they begin, from 1.")


@strawberry.type(
    description="What became of a file of an export. `rows` is `imported`, `duplicates` and the lines in `leftOut`"
    " together, unless `unread` says why the file tells nothing of interest."
)
class ImportedFile:
    name: str = strawberry.field(description="Its path in the export.")
    rows: int = strawberry.field(description="Its rows under the header; 0 for files that are no table of rows.")
    imported: int = strawberry.field(description="Those that tell something.")
    duplicates: int = strawberry.field(description="Those about something that another row of the file tells.")
    left_out: list[RowsLeftOut] = strawberry.field(description="The others, by the reason.")
    unread: str | None = strawberry.field(description="Why the file is not taken in; null when it was.")


@strawberry.type(description="Why nothing of an export was used; nothing has changed.")
class ImportRefusal:
    code: str = strawberry.field(description="As in `extensions.code` of errors.")
    message: str = strawberry.field(description="What is wrong, and what to do.")
    file: str | None = strawberry.field(description="The file in the export that it is about.")
    line: int | None = strawberry.field(description="The line in that file, from 1.")


@strawberry.type(description="What became of an export that a member handed in: `refusal`, or all else.")
class AccountImport:
    refusal: ImportRefusal | None = strawberry.field(description="Why nothing of it was used; null when it was.")
    exported_at: datetime | None = strawberry.field(
        description="When the export was made, UTC, as its name tells, else its newest row; null when refused."
    )
    films: int = strawberry.field(description="How many films it tells something about.")
    told: int = strawberry.field(description="Reactions that are new, or other than before.")
    withdrawn: int = strawberry.field(description="Reactions that the member has taken back since the last export.")
    not_heard: list[str] = strawberry.field(
        description='What something newer was known about, of "rating", "liked", "watched" and "favorite".'
    )
    files: list[ImportedFile] = strawberry.field(description="All files in the export, with every row accounted for.")

    @classmethod
    def of(cls, report: dict[str, Any]) -> "AccountImport":
        """What the step that took it in reports."""
        refused = report.get("refused")
        moment = report.get("exported_at")
        return cls(
            refusal=ImportRefusal(code=BadUserInput.code, **refused) if refused else None,
            exported_at=datetime.fromisoformat(moment) if moment else None,
            films=report.get("films", 0),
            told=report.get("told", 0),
            withdrawn=report.get("withdrawn", 0),
            not_heard=report.get("older", []),
            files=[_file(dict(each)) for each in report.get("files", [])],
        )


def _file(told: dict[str, Any]) -> ImportedFile:
    return ImportedFile(left_out=[RowsLeftOut(**each) for each in told.pop("left")], **told)
