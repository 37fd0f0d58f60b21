"""The RQ dashboard, for operators, and for people at this machine."""

import rq_dashboard
from a2wsgi import WSGIMiddleware
from flask import Flask
from rq_dashboard.web import setup_rq_connection
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.place import may_operate

# Its pages run inline scripts and compile templates, so the policy can only keep other origins out.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; frame-ancestors 'none'"
)


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
    """Lets only operators and people at this machine through, because the dashboard can empty queues."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not await may_operate(HTTPConnection(scope)):
            refusal = PlainTextResponse("The dashboard answers operators, and browsers on this machine.\n", 403)
            return await refusal(scope, receive, send)

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", _POLICY.encode())]
            await send(message)

        return await self.app(scope, receive, send_with_policy)
