"""How work can fail, and whether trying again may help."""


class Hopeless(RuntimeError):
    """Something cannot be done, and trying again would not help; the message is one line."""


class CrawlFailed(RuntimeError):
    """A crawl did not do its work; the message is one line. Trying again may help."""


class CrawlRefused(CrawlFailed, Hopeless):
    """The upstream, or the lack of permission, says no. Trying again would be impolite, and useless."""


class CrawlPaused(CrawlFailed):
    """A host is paused, by its own refusal or by an operator: `host` is which, `reason` why. It may be resumed."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host} is paused: {reason}")
        self.host = host
        self.reason = reason


class CrawlInterrupted(Exception):
    """A crawl was stopped before its end; what it has read is kept, and the next one goes on from there."""
