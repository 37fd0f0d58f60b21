"""The mutation that imports a member's export."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry
from starlette.datastructures import UploadFile
from strawberry.file_uploads import Upload

from api.graphql.context import Info
from api.graphql.errors import BadUserInput, ClientError, RateLimited
from api.graphql.mutations.acting import actor, no_errors
from api.graphql.types.sync_run import SyncRun, run_now
from api.graphql.types.user_error import UserError, UserErrorCode
from api.imports import hand_in

_PIECE = 1 << 20  # bytes in memory at once


@strawberry.type(description="An export that was handed in.")
class ImportPayload:
    run: SyncRun | None = strawberry.field(
        default=None,
        description="The run that imports it, whose `accountImport` says what came of it; null if not done.",
    )
    user_errors: list[UserError] = no_errors()


@strawberry.type
class ImportMutations:
    @strawberry.mutation(
        description="Has workers import the export of the member whose account this is. The request is a multipart"
        " one, after the GraphQL multipart request specification. `POST /imports` takes the ZIP as it is."
    )
    async def import_export(
        self,
        info: Info,
        file: Annotated[
            Upload,
            strawberry.argument(description="The ZIP that Letterboxd gave the member, under its name; at most 64 MiB."),
        ],
    ) -> ImportPayload:
        identity = actor(info)
        if not isinstance(file, UploadFile):
            raise BadUserInput("file: send it with the request, as multipart/form-data, or to POST /imports")
        try:
            run_id = await hand_in(info.context.request.app.state, identity, _pieces(file), file.filename or "")
        except BadUserInput as error:
            return _refused(UserErrorCode.INVALID, error)
        except RateLimited as error:
            return _refused(UserErrorCode.TOO_MANY, error)
        return ImportPayload(run=await info.context.database.read(run_now, run_id, identity.viewer))


def _refused(code: UserErrorCode, error: ClientError) -> ImportPayload:
    return ImportPayload(user_errors=[UserError(code=code, field="file", message=error.message)])


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
