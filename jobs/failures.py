"""How work can fail, and whether trying again may help."""


class Hopeless(RuntimeError):
    """Something cannot be done, and trying again would not help; the message is one line."""


class CrawlFailed(RuntimeError):
    """A crawl did not do its work; the message is one line. Trying again may help."""


class CrawlRefused(CrawlFailed, Hopeless):
    """The upstream, or the lack of permission, says no. Trying again would be impolite, and useless."""


class CrawlInterrupted(Exception):
    """A crawl was stopped before its end; what it has read is kept, and the next one goes on from there."""
