"""The page that shows a shared cohort to whoever holds the link."""

from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from api.auth.admission import Refused, admit
from api.graph import schema
from api.graphql.context import Context
from api.web.pages import page

_PAGE = Template((Path(__file__).parent / "share.html").read_text())
_QUERY = """
query ($token: String!) {
  sharedCohort(token: $token) {
    label
    memberCount
    films(first: 50) { edges { node { rank average ratedCount likedCount film { title releaseYear letterboxdUri } } } }
  }
}
"""


async def share(request: Request) -> Response:
    """The cohort's best films, as GraphQL answers them; 404 when the link shows nothing, or no longer."""
    try:
        context = Context.of(request, await admit(request))
    except Refused as refused:
        return PlainTextResponse(f"{refused}\n", refused.status, dict(refused.headers))
    result = await schema.execute(_QUERY, {"token": request.path_params["token"]}, context)
    if result.errors:
        return PlainTextResponse("Something went wrong on this side; it has been logged.\n", 500)
    cohort = result.data["sharedCohort"]
    if cohort is None:
        return PlainTextResponse("This link shows nothing, or no longer.\n", 404)
    rows = "\n".join(_row(edge["node"]) for edge in cohort["films"]["edges"])
    return page(_PAGE.substitute(label=escape(cohort["label"]), members=cohort["memberCount"], rows=rows))


def _row(node: dict[str, Any]) -> str:
    film, average = node["film"], node["average"]
    shown = "" if average is None else f"{average:.2f}"
    values = (node["rank"], film["title"], film["releaseYear"], shown, node["ratedCount"], node["likedCount"])
    cells = [escape(str("" if each is None else each)) for each in values]
    if film["letterboxdUri"]:
        cells[1] = f'<a href="{escape(film["letterboxdUri"])}">{cells[1]}</a>'
    return "      <tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
