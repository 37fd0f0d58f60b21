"""Follows redirects, to an address asked for before as well, so that every request gets an answer or a failure."""

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response


class AnsweredRedirectMiddleware(RedirectMiddleware):
    """Scrapy drops a redirect to a known address as a duplicate, and nobody hears of it again.

    A circle ends at REDIRECT_MAX_TIMES instead.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the request that a redirect leads to."""
        followed = super().process_response(request, response)
        if isinstance(followed, Request):
            followed.dont_filter = True
        return followed
