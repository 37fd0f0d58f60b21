"""The front page, which names what is here."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.web.pages import page

_PAGE = (Path(__file__).parent / "home.html").read_text()


async def home(request: Request) -> HTMLResponse:
    """The front page."""
    return page(_PAGE)
