"""The page that says what is kept here of whom, from where, for how long, and how to be erased."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.web.pages import page
from schema.settings import Settings
from schema.store.accounts import LINK_LIFE, SESSION_LIFE
from schema.store.payloads import LONGEST_KEPT

_PAGE = Template((Path(__file__).parent / "policy.html").read_text())


async def policy(request: Request) -> HTMLResponse:
    """The policy of this instance, for everybody."""
    settings = request.app.state.settings
    return page(
        _PAGE.substitute(
            pages=escape(_pages(settings)),
            contact=_contact(settings.contact),
            answers_days=LONGEST_KEPT.days,
            session_days=SESSION_LIFE.days,
            link_minutes=LINK_LIFE.seconds // 60,
        )
    )


def _pages(settings: Settings) -> str:
    """Which pages are read here."""
    host = urlsplit(settings.letterboxd_base_url).hostname or ""
    if not f".{host}".endswith(".letterboxd.com"):
        return f"Public pages at {host}, as its robots.txt allows."
    permission = settings.authorization
    if permission is None:
        return "No pages of Letterboxd are read."
    return f"Public pages of Letterboxd, with the permission of {permission.granted_by} of {permission.granted_on}."


def _contact(contact: str) -> str:
    """Whom to write to, as HTML."""
    shown = escape(contact)
    if not contact:
        return "whoever told you of this server; it does not say who runs it"
    if contact.startswith(("https://", "http://")):
        return f'<a href="{shown}">{shown}</a>'
    return f'<a href="mailto:{shown}">{shown}</a>' if "@" in contact and " " not in contact else shown
