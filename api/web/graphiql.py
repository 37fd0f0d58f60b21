"""GraphiQL, the query editor, with every asset served from here."""

from html import escape
from pathlib import Path

from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

from api.web.pages import page

_HERE = Path(__file__).parent
# A wheel that carries GraphiQL's built files; only these files of it are used, nothing is imported.
_WHEEL = "graphene_django_graphiql_static"
EXAMPLES = [path.read_text() for path in sorted((_HERE / "examples").glob("*.graphql"))]
_TABS = "\n  ".join(f'<template class="example">{escape(example)}</template>' for example in EXAMPLES)
_PAGE = (_HERE / "graphiql.html").read_text().replace("EXAMPLES", _TABS)


def graphiql_page() -> HTMLResponse:
    """The editor, with a tab for each example."""
    return page(_PAGE)


def assets() -> StaticFiles:
    """The files that the page names under /graphiql-assets/."""
    return StaticFiles(directory=_HERE / "static", packages=[(_WHEEL, f"static/{_WHEEL}")])
