"""The pages by which people sign in and out: no password, but a link that is mailed and works once."""

import asyncio
import logging
from html import escape
from pathlib import Path
from smtplib import SMTPException
from string import Template
from urllib.parse import parse_qs

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from api.auth import cookie
from api.auth.admission import address_of
from api.auth.mail import send_link
from api.auth.origin import from_elsewhere
from api.web.pages import page
from schema.insights import accounts as looking
from schema.store import accounts
from schema.store.accounts import BadEmail, checked_email

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent
_ASK, _GONE = ((_HERE / name).read_text() for name in ("ask.html", "gone.html"))
_SENT, _CONFIRM = (Template((_HERE / name).read_text()) for name in ("sent.html", "confirm.html"))
_ATTEMPTS_A_MINUTE = 10
_LONGEST_FORM = 1_000


async def ask(request: Request) -> Response:
    """GET: a form for an e-mail address. POST: sends a link to it.

    The answer is the same, at the same time, whether or not there is an account.
    """
    if request.method == "GET":
        return page(_ASK, forms=True)
    refusal = await _refusal(request)
    if refusal:
        return refusal
    try:
        email = checked_email(await _field(request, "email"))
    except BadEmail as error:
        return PlainTextResponse(f"email: {error}\n", 400)
    response = page(_SENT.substitute(email=escape(email)))
    response.background = BackgroundTask(_send, request, email)
    return response


async def follow(request: Request) -> Response:
    """GET: asks whether to sign in, because mail programs open links to look at them. POST: signs in."""
    secret, database = request.path_params["secret"], request.app.state.database
    if request.method == "GET":
        email = await database.read(looking.email_of_link, secret)
        return page(_CONFIRM.substitute(email=escape(email)), forms=True) if email else page(_GONE, status=410)
    refusal = await _refusal(request)
    if refusal:
        return refusal
    session = await database.write(accounts.use_link, secret)
    if session is None:
        return page(_GONE, status=410)
    response = RedirectResponse("/", 303)
    cookie.put(request, response, session)
    return response


async def leave(request: Request) -> Response:
    """POST: signs out."""
    refusal = await _refusal(request)
    if refusal:
        return refusal
    session = cookie.of(request)
    if session:
        await request.app.state.database.write(accounts.end_session, session)
    response = RedirectResponse("/", 303)
    cookie.remove(request, response)
    return response


ROUTES = [
    Route("/sign-in", ask, methods=["GET", "POST"]),
    Route("/sign-in/{secret}", follow, methods=["GET", "POST"]),
    Route("/sign-out", leave, methods=["POST"]),
]


async def _refusal(request: Request) -> Response | None:
    """Why a form is not taken: another site's page sent it, or too many came from one address."""
    if from_elsewhere(request):
        return PlainTextResponse("This form was sent from another site's page.\n", 403)
    name = f"sign-in {address_of(request)}"
    [allowance] = await request.app.state.rate_limits.take((name, _ATTEMPTS_A_MINUTE))
    if allowance.exceeded:
        return PlainTextResponse("Too many attempts; try again in a minute.\n", 429, allowance.headers)
    return None


async def _field(request: Request, name: str) -> str:
    body = await request.body()
    fields = parse_qs(body[:_LONGEST_FORM].decode("ascii", "replace"), encoding="utf-8", errors="replace")
    return fields.get(name, [""])[0]


async def _send(request: Request, email: str) -> None:
    secret = await request.app.state.database.write(accounts.open_link, email)
    if secret is None:
        return
    try:
        await asyncio.to_thread(send_link, request.app.state.settings, email, secret)
    except (OSError, SMTPException):
        log.exception("a sign-in link could not be sent")
