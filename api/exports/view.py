"""`/exports/cohorts/ID.csv`: the films of a saved cohort as CSV, for whoever may see the cohort."""

import logging
from collections.abc import AsyncIterator
from urllib.parse import quote

from graphql import GraphQLError
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from api.auth.admission import Refused, admit
from api.exports import etag, table
from api.exports.films import facts
from api.exports.question import Question, question
from api.graphql import ids
from api.graphql.context import Context
from api.graphql.errors import BadUserInput, ClientError, NotFound
from api.graphql.loaders.numbers_by_group import Asked, Found
from api.refusal import refusal
from schema.attribution import NOTICES
from schema.insights import cohorts, filters
from schema.insights.aggregates import Ints
from schema.insights.cohorts import CohortRow
from schema.insights.given import FilterError
from schema.insights.groups import SavedGroup

log = logging.getLogger(__name__)

_TYPE = "text/csv; charset=utf-8; header=present"
_ARGUMENTS = ("filter", "orderBy", "ranking")


async def cohort_csv(request: Request) -> Response:
    """GET: a line a film. `filter` and `orderBy` are JSON, `ranking` a name, as in `Cohort.films`; `token` a share's.

    What is wrong with them is 400, a cohort that does not exist for whoever asks 404, in the form of GraphQL's errors.
    """
    try:
        admission = await admit(request)
    except Refused as refused:
        return refusal(refused.error, refused.status, refused.headers)
    try:
        response = await _answer(request, Context.of(request, admission))
    except NotFound as error:
        response = refusal(error, 404)
    except BadUserInput as error:
        response = refusal(error, 400)
    except FilterError as error:
        response = refusal(NotFound(f"filter.{error}"), 400)
    except SQLAlchemyError as error:
        log.exception("an export could not be made")
        response = refusal(GraphQLError("", original_error=error), 500)
    response.headers.update(admission.headers)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


ROUTES = [Route("/exports/cohorts/{id}.csv", cohort_csv)]


async def _answer(request: Request, context: Context) -> Response:
    row = await _cohort(context, request.path_params["id"], request.query_params.get("token"))
    asked = question({name: request.query_params[name] for name in _ARGUMENTS if name in request.query_params})
    stamps = (await context.sources.look([row.id])).stamps
    headers = {
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization, Cookie",
        "Content-Disposition": _disposition(row),
        "X-Content-Type-Options": "nosniff",
        "X-Attribution": " ".join(NOTICES),
    }
    validator = etag.etag(stamps, row.id, asked)
    if validator:
        headers["ETag"] = validator
    sent = request.headers.get("if-none-match", "")
    if etag.holds(sent, stamps, row.id, asked):
        return Response(status_code=304, headers={name: headers[name] for name in ("Cache-Control", "Vary", "ETag")})
    found = await context.load.numbers_by_group.load(Asked(SavedGroup(row.id), filters.look_ups(asked.film_filter)))
    rows = await context.compute(lambda: asked.rows(found).ordered())
    if request.method == "HEAD":
        return Response(headers=headers, media_type=_TYPE)
    return StreamingResponse(_body(context, asked, found, rows), headers=headers, media_type=_TYPE)


async def _cohort(context: Context, id: str, token: str | None) -> CohortRow:
    """The cohort of this id, if it exists for whoever asks or holds a share of it."""
    try:
        key = ids.key("Cohort", id, "id")
    except ClientError:
        raise NotFound("id: there is no such cohort") from None
    row = await context.load.cohort_by_id.load(key)
    if row is None and token is not None:
        shared = await context.database.read(cohorts.by_share, token)
        row = shared if shared and shared.id == key else None
    if row is None:
        raise NotFound("id: there is no such cohort")
    return row


async def _body(context: Context, asked: Question, found: Found, rows: Ints) -> AsyncIterator[str]:
    """The file, some hundred films at a time. No connection is held while the client takes them.

    All exports of a process make one portion at a time, so that many large ones leave room for short questions.
    """
    yield table.header()
    numbers, turn = found.numbers, context.request.app.state.exporting
    ranking = numbers.ranking(asked.ranking.value)
    for number, some in enumerate(table.parts(rows)):
        async with turn:
            known = await context.database.read(facts, numbers.counts.film_ids[some].tolist())
            made = await context.compute(table.body, table.Part(numbers, ranking, some, known, number == 0))
        yield made


def _disposition(row: CohortRow) -> str:
    named = quote(f"{row.label.replace('/', '-')}.csv", safe="")
    return f"attachment; filename=\"cohort-{row.id}.csv\"; filename*=UTF-8''{named}"
