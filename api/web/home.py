"""The front page, which names what is here, and who is signed in."""

from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.auth.admission import Refused, recognise
from api.web.pages import page

_PAGE = (Path(__file__).parent / "home.html").read_text()
_SIGN_IN = '<a href="/sign-in">Sign in</a>'
_SIGN_OUT = 'EMAIL <form method="post" action="/sign-out"><button>Sign out</button></form>'


async def home(request: Request) -> HTMLResponse:
    """The front page."""
    try:
        identity = await recognise(request)
    except Refused:
        identity = None
    account = _SIGN_OUT.replace("EMAIL", escape(identity.email)) if identity else _SIGN_IN
    return page(_PAGE.replace("ACCOUNT", account), forms=True)
