"""Sends HTML that may load nothing from anywhere else, and says whose data it shows."""

from html import escape

from starlette.responses import HTMLResponse

from schema.attribution import NOTICES

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
)


def page(html: str, *, status: int = 200, forms: bool = False) -> HTMLResponse:
    """The page, with a policy by which browsers ask this server alone and run no inline script.

    `forms` allows it to send forms to this server. Nobody learns from where a reader of it comes, and no
    cache keeps it: what it shows may be meant for one person. The notices that sources ask for stand where
    it says ATTRIBUTION.
    """
    html = html.replace("ATTRIBUTION", escape(" ".join(NOTICES)))
    headers = {
        "Content-Security-Policy": _POLICY.format(forms="'self'" if forms else "'none'"),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",  # "no-referrer" would have browsers send forms with the origin "null"
        "Cache-Control": "no-store",
    }
    return HTMLResponse(html, status, headers)
