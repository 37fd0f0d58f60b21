"""The causes for which a page is refused, one exception class each."""


class PageError(Exception):
    """A page that cannot be trusted: `found` says what was there, `url` where (empty when not known)."""

    cause = "page that cannot be trusted"
    advice = ""

    def __init__(self, found: str, url: str = "") -> None:
        self.found = " ".join(found.split())[:300]
        self.url = url
        super().__init__(self.found)

    def __str__(self) -> str:
        where = f" at {self.url}" if self.url else ""
        advice = f"; {self.advice}" if self.advice else ""
        return f"{self.cause}{where}: {self.found}{advice}"


class ChallengePage(PageError):
    """Raised before reading: the site answered with a bot challenge or refused the client."""

    cause = "challenge page"
    advice = "the site refuses this client, stop asking"


class RateLimited(PageError):
    """Raised before reading: too many requests."""

    cause = "rate limited"
    advice = "slow down and honour Retry-After"


class AccessDenied(PageError):
    """Raised before reading: credentials are missing or invalid."""

    cause = "access denied"
    advice = "check the API key"


class MissingPage(PageError):
    """Raised before reading: the thing asked for does not exist, or no longer."""

    cause = "missing page"
    advice = "check the name; it may have been renamed or deleted"


class PrivatePage(PageError):
    """Raised before reading: its owner shows it to no one or only to friends."""

    cause = "private page"
    advice = "leave this member out"


class ErrorPage(PageError):
    """Raised before reading: the server failed, or answered with another status than 200."""

    cause = "error page"
    advice = "try again later"


class BlankPage(PageError):
    """Raised before reading: nothing but white space (the histogram of a film without ratings is blank)."""

    cause = "blank page"
    advice = "an empty body proves nothing, fetch it again"


class ViewSourcePage(PageError):
    """Raised before reading: a browser's source view was saved instead of the page."""

    cause = "view-source page"
    advice = "save the page itself"


class BrokenEncoding(PageError):
    """Raised when bytes are not UTF-8, or text was decoded wrongly before it was saved."""

    cause = "broken encoding"
    advice = "keep the bytes as they were served"


class OversizedPage(PageError):
    """Raised before reading: more markup than any page has."""

    cause = "oversized page"
    advice = "this is no page of that kind"


class TruncatedPage(PageError):
    """Raised when the body ends before it is complete."""

    cause = "truncated page"
    advice = "fetch it again"


class UnexpectedKind(PageError):
    """Raised when the page is whole but of another kind than the one asked for."""

    cause = "unexpected kind of page"
    advice = "check the URL and the kind"


class UnknownGeneration(PageError):
    """Raised when the page is of the kind asked for, in markup that no reader knows."""

    cause = "unknown markup generation"
    advice = "teach the reader of this kind the new markup"


class MarkupDrift(PageError):
    """Raised when known markup contradicts itself or lacks what its generation always has."""

    cause = "markup drift"
    advice = "the page contradicts itself, nothing of it was used"


class FilledByScript(PageError):
    """Raised when the page is the one asked for, but its data is yet to be fetched by a script in it.

    `awaits` is a CSS selector of what will be there once the script has done so.
    """

    cause = "page filled by script"
    advice = "the page as served lacks its data, a browser would show it"

    def __init__(self, found: str, awaits: str, url: str = "") -> None:
        self.awaits = awaits
        super().__init__(found, url)


class EmptyBeforeEnd(PageError):
    """Raised when a page of a listing is empty though the listing has more."""

    cause = "empty page before the end"
    advice = "fetch it again"


class CountMismatch(PageError):
    """Raised when what was found contradicts the total that the page itself advertises."""

    cause = "count mismatch"
    advice = "fetch it again; if it stays, the markup changed"


class UnreadablePage(PageError):
    """Raised when a reader met something that no rule of it foresees."""

    cause = "unreadable page"
    advice = "please report this page"
