"""Sends HTML that may load nothing from anywhere else, and says whose data it shows."""

from html import escape

from starlette.responses import HTMLResponse

from schema.attribution import NOTICES

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(html: str) -> HTMLResponse:
    """The page, with a policy by which browsers ask this server alone and run no inline script.

    The notices that sources ask for stand where it says ATTRIBUTION.
    """
    html = html.replace("ATTRIBUTION", escape(" ".join(NOTICES)))
    return HTMLResponse(html, headers={"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"})
