"""Takes the export that a signed-in member hands in: straight to disk, for a worker to import."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql import GraphQLError
from starlette.datastructures import State
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from api.auth.admission import Refused, admit
from api.graphql.errors import BadUserInput, ClientError, Forbidden, RateLimited, Unauthenticated
from api.graphql.ids import global_id
from api.graphql.mutations.acting import may_act, own_member
from api.refusal import refusal
from schema.insights.accounts import Identity
from schema.store import syncs, uploads
from schema.store.runs import RunInProgress

log = logging.getLogger(__name__)

# As much as `crawler.exports` takes.
MOST_BYTES = 64 * 1024 * 1024
SECONDS = 300  # for all of it to arrive
_AGAIN_SECONDS = "5"  # an import takes about three
_LONGEST_NAME = 255
_TYPES = {"application/zip", "application/x-zip-compressed", "application/octet-stream"}


class TooLarge(BadUserInput):
    """An upload beyond the cap."""

    def __init__(self) -> None:
        super().__init__(f"file: larger than {MOST_BYTES} bytes")


STATUS = {Unauthenticated: 401, Forbidden: 403, RateLimited: 429, BadUserInput: 400, TooLarge: 413}


async def imports(request: Request) -> Response:
    """POST: the ZIP as the body, `?name=` what it is called. Answers 202 with the id of the run that imports it.

    Everything that can be known before the body is refused before it is read.
    """
    try:
        admission = await admit(request)
    except Refused as refused:
        return refusal(refused.error, refused.status, refused.headers)
    try:
        response = await _take(request, may_act(admission.identity))
    except ClientError as error:
        headers = {"Retry-After": _AGAIN_SECONDS} if isinstance(error, RateLimited) else {}
        response = refusal(error, STATUS[type(error)], headers)
    except TimeoutError:
        response = refusal(BadUserInput(f"file: took longer than {SECONDS} s to arrive"), 408)
    except OSError as error:
        log.exception("an upload could not be stored")
        response = refusal(GraphQLError("", original_error=error), 500)
    except ClientDisconnect:
        response = Response(status_code=400)
    response.headers.update(admission.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


# The framework's limit would answer in plain text; ours is kept in `_store`.
ROUTES = [Route("/imports", imports, methods=["POST"], max_body_size=sys.maxsize)]


async def _take(request: Request, identity: Identity) -> Response:
    state = request.app.state
    _check_body(request)
    with alone(state, identity):
        run_id = await hand_in(state, identity, request.stream(), request.query_params.get("name", ""))
    return JSONResponse({"runId": global_id("SyncRun", run_id)}, 202)


@contextmanager
def alone(state: State, identity: Identity) -> Iterator[None]:
    """Lets an account upload one file at a time: raises RateLimited while another is on its way."""
    if identity.account_id in state.importing:
        raise RateLimited("Another upload of yours is on its way.")
    state.importing.add(identity.account_id)
    try:
        yield
    finally:
        state.importing.discard(identity.account_id)


async def hand_in(state: State, identity: Identity, pieces: AsyncIterator[bytes], name: str) -> int:
    """Stores an account's export, `name` being what the file is called, and opens the run that imports it: its id.

    Everything that can be known before is refused before it is read. Raises a ClientError, or TimeoutError.
    """
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise BadUserInput(f"name: give the name of the file, at most {_LONGEST_NAME} characters")
    member = await state.database.read(own_member, identity)
    path = await asyncio.to_thread(uploads.new, state.settings.uploads_path)
    try:
        await _store(pieces, path)
        run_id = await state.database.write(syncs.open_import, identity.account_id, member.member_id, path.name, name)
    except RunInProgress as busy:
        path.unlink(missing_ok=True)
        raise RateLimited(f"An import of yours is not over: run {busy.run_id}.") from None
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    await state.enqueuer.advance(run_id)  # after the transaction, or a worker would not find the run
    return run_id


def _check_body(request: Request) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise BadUserInput(f"content-type: send the ZIP itself as the body, as application/zip, not as {kind[:80]!r}")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and (len(length) > 18 or int(length) > MOST_BYTES):
        raise TooLarge


async def _store(pieces: AsyncIterator[bytes], path: Path) -> None:
    """Writes them to `path`, one at a time: no more of them is ever in memory."""
    size = 0
    with path.open("xb") as file:
        async with asyncio.timeout(SECONDS):
            async for piece in pieces:
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooLarge
                await asyncio.to_thread(file.write, piece)
    if not size:
        raise BadUserInput("file: it is empty; send the ZIP that Letterboxd gave you")
