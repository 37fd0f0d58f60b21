"""What an account export holds."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class ExportedFilm:
    """One film of an export, all its files together. `film_uri` names it; of number and slug one is known.

    `title` is None for a favourite that no other file mentions; `diary_uri` is the latest diary entry.
    """

    film_uri: str
    letterboxd_id: int | None
    slug: str | None
    title: str | None
    year: int | None
    rating: int | None
    liked: bool
    favorite: bool
    watched: bool
    rated_at: date | None
    diary_uri: str | None


@dataclass(frozen=True, slots=True)
class FileAccount:
    """What became of a file's rows: `rows` = `imported` + `duplicates` + those in `left` (line, reason).

    A file that is not read at all says why in `unread`; its rows are counted, lists apart.
    """

    name: str
    rows: int
    imported: int = 0
    duplicates: int = 0
    left: tuple[tuple[int, str], ...] = ()
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class AccountExport:
    """A member's own data. `knows` are the facets told completely: rating, liked, watched, favorite.

    `exported_at` is never later than the true moment: the date in Letterboxd's file name, else that of the
    newest row. `username` is lower-case, None when there is no profile.csv.
    """

    username: str | None
    exported_at: datetime
    knows: frozenset[str]
    films: tuple[ExportedFilm, ...]
    files: tuple[FileAccount, ...]
