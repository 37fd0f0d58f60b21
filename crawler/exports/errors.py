"""The causes for which an account export is refused; nothing of a refused one is used."""

from crawler.pages.errors import PageError


class ExportError(PageError):
    """Raised when a file of the export does not hold what it must; `url` is the file, with the line if there is one."""

    cause = "unusable export"
    advice = "take the ZIP as Letterboxd gave it"

    @property
    def place(self) -> tuple[str | None, int | None]:
        """The file in the export that it is about, and the line (from 1), as far as there are any."""
        file, _, line = self.url.rpartition(" line ")
        return (file, int(line)) if file else (self.url or None, None)


class HostileArchive(ExportError):
    """Raised when the archive is not what a member downloads: bombs, odd paths, links, absurd counts."""

    cause = "archive that cannot be trusted"
    advice = "download the export anew"


class ForeignExport(ExportError):
    """Raised when the export's own profile names somebody else."""

    cause = "another member's export"
    advice = "name the member whose data it is"
