"""The RQ dashboard, for operators, and for people at this machine."""

import ipaddress
from urllib.parse import urlsplit

import rq_dashboard
from a2wsgi import WSGIMiddleware
from flask import Flask
from rq_dashboard.web import setup_rq_connection
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.admission import Refused, admit
from api.auth.origin import from_elsewhere

# Its pages run inline scripts and compile templates, so the policy can only keep other origins out.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'"
)
_PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


def dashboard(redis_url: str) -> ASGIApp:
    """The dashboard of the queues at `redis_url`; without a URL, a line that says so."""
    if not redis_url:
        return OperatorsOnly(PlainTextResponse("REDIS_URL is not set: there are no queues to show\n", 503))
    # Named after the dashboard's package, where its icon lies.
    flask = Flask("rq_dashboard")
    flask.config.from_object(rq_dashboard.default_settings)
    flask.config["RQ_DASHBOARD_REDIS_URL"] = redis_url
    setup_rq_connection(flask)
    flask.register_blueprint(rq_dashboard.blueprint)
    return OperatorsOnly(WSGIMiddleware(flask, workers=4))


class OperatorsOnly:
    """Lets only operators and people at this machine through, because the dashboard can empty queues.

    At this machine is nobody who comes through a proxy or under a name that is not this machine's (DNS
    rebinding). Whoever is led by another site's page (forged requests, framing) is refused in any case.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not await _may_enter(HTTPConnection(scope)):
            refusal = PlainTextResponse("The dashboard answers operators, and browsers on this machine.\n", 403)
            return await refusal(scope, receive, send)

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", _POLICY.encode())]
            await send(message)

        return await self.app(scope, receive, send_with_policy)


async def _may_enter(request: HTTPConnection) -> bool:
    if from_elsewhere(request):
        return False
    if _is_local(request):
        return True
    try:
        identity = (await admit(request)).identity
    except Refused:
        return False
    return identity is not None and identity.scope == "operator"


def _is_local(request: HTTPConnection) -> bool:
    headers = request.headers
    host = headers.get("host", "")
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and _is_loopback(_hostname(host))
        and not any(name in headers for name in _PROXY_HEADERS)
    )


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
