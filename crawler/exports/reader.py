"""Puts the files of an export together into one record a film, and accounts for every row."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from crawler.exports import values
from crawler.exports.archive import Archive
from crawler.exports.errors import ExportError, ForeignExport
from crawler.exports.tables import Row, count, rows
from crawler.exports.values import FilmName
from crawler.items.export import AccountExport, ExportedFilm, FileAccount

_FILM = ("Date", "Name", "Year", "Letterboxd URI")
_RATED = (*_FILM, "Rating")
_DIARY = (*_RATED, "Rewatch", "Tags", "Watched Date")
_PROFILE = ("Username",)
_FAVORITES = "Favorite Films"
_MOST_FAVORITES = 4

# Letterboxd's own name for the file, such as letterboxd-ada-2026-01-31-17-05-utc.zip.
_FILE_NAME = re.compile(r"letterboxd-.+-(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)(?:-utc)?.*")

# Files of an export that tell no reaction, by how their path starts.
_UNREAD = {
    "watchlist.csv": "films not seen yet",
    "reviews.csv": "texts are not kept; their dates and ratings are in diary.csv",
    "comments.csv": "texts are not kept",
    "likes/": "not about films",
    "lists/": "lists are not kept",
    "deleted/": "deleted by the member",
    "orphaned/": "about films that Letterboxd no longer has",
}


@dataclass(slots=True)
class _Film:
    uri: str
    title: str | None = None
    year: int | None = None
    rating: int | None = None
    liked: bool = False
    favorite: bool = False
    watched: bool = False
    rated_at: date | None = None
    diary: tuple[date, date, str] | None = None


@dataclass(slots=True)
class _Tally:
    """The account of the file being read."""

    name: str
    rows: int = 0
    duplicates: int = 0
    left: list[tuple[int, str]] = field(default_factory=list)

    def account(self) -> FileAccount:
        imported = self.rows - self.duplicates - len(self.left)
        return FileAccount(self.name, self.rows, imported, self.duplicates, tuple(self.left))


def read(archive: Archive, username: str | None = None) -> AccountExport:
    """The export in `archive`, of member `username` when one is expected; raises ExportError.

    A row without an address is left out, with the reason: its film is no longer on Letterboxd.
    """
    reading = _Reading(archive)
    owner = reading.profile(username)
    reading.films("watched.csv", "watched", _FILM, _watched)
    reading.films("ratings.csv", "rating", _RATED, _rated)
    reading.films("likes/films.csv", "liked", _FILM, _liked)
    reading.diary()
    if not reading.knows & {"rating", "liked", "watched"}:
        raise ExportError("no ratings.csv, watched.csv or likes/films.csv: this is no account export")
    reading.others()
    films = tuple(_record(name, film) for name, film in reading.found.items())
    return AccountExport(owner, reading.exported_at(), frozenset(reading.knows), films, tuple(reading.files))


class _Reading:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._newest = date.min
        self._read: set[str] = set()
        self.found: dict[FilmName, _Film] = {}
        self.knows: set[str] = set()
        self.files: list[FileAccount] = []

    def profile(self, expected: str | None) -> str | None:
        """Whose export it is, and the favourites."""
        name = "profile.csv"
        if name not in self._archive.files:
            return None
        self._read.add(name)
        profiles = list(rows(self._archive, name, _PROFILE))
        if len(profiles) != 1:
            raise ExportError(f"{len(profiles)} profiles", name)
        ((line, row),) = profiles
        owner = row["Username"].strip().lower()
        if expected is not None and owner != expected.lower():
            raise ForeignExport(f"it is {owner[:80]!r}, not {expected.lower()!r}", f"{name} line {line}")
        if _FAVORITES in row:
            self.knows.add("favorite")
            for uri in filter(None, (part.strip() for part in row[_FAVORITES].split(","))):
                self._film(values.film_name(uri, f"{name} line {line}"), uri).favorite = True
            if len(self.found) > _MOST_FAVORITES:
                raise ExportError(f"{len(self.found)} favourites; there are at most four", f"{name} line {line}")
        self.files.append(FileAccount(name, 1, 1))
        return owner

    def films(self, name: str, facet: str, columns: tuple[str, ...], take: "_Take") -> None:
        """A file with a row a film, which tells all films that have `facet`."""
        if name not in self._archive.files:
            return
        self._read.add(name)
        self.knows.add(facet)
        tally, seen, empty = _Tally(name), {}, set()
        for line, row in rows(self._archive, name, columns):
            tally.rows += 1
            where, uri = f"{name} line {line}", row["Letterboxd URI"].strip()
            if not uri:
                tally.left.append((line, "no address: the film is no longer on Letterboxd"))
                continue
            told = values.day(row["Date"], where)
            self._newest = max(self._newest, told)
            key = values.film_name(uri, where)
            film = self._film(key, uri)
            film.title = values.title(row["Name"], where)
            film.year = values.year(row["Year"], where)
            if key in seen:
                # Of two rows for a film the later one counts, the other is the duplicate, if it is not left out.
                tally.duplicates += key not in empty or told < seen[key]
                if told < seen[key]:
                    continue
            seen[key] = told
            empty.discard(key)
            reason = take(film, row, told, where)
            if reason:
                tally.left.append((line, reason))
                empty.add(key)
        self.files.append(tally.account())

    def diary(self) -> None:
        """The diary: that a film was watched, and the latest entry about it."""
        name = "diary.csv"
        if name not in self._archive.files:
            return
        self._read.add(name)
        named: dict[tuple[str | None, int | None], list[_Film]] = {}
        for film in self.found.values():
            named.setdefault((film.title, film.year), []).append(film)
        tally, seen = _Tally(name), set()
        for row in rows(self._archive, name, _DIARY):
            tally.rows += 1
            self._entry(row, tally, named, seen)
        self.files.append(tally.account())

    def _entry(self, row: Row, tally: _Tally, named: dict, seen: set[str]) -> None:
        line, columns = row
        where, uri = f"{tally.name} line {line}", columns["Letterboxd URI"].strip()
        if not uri:
            tally.left.append((line, "no address: the film is no longer on Letterboxd"))
            return
        logged = values.day(columns["Date"], where)
        watched = values.day(columns["Watched Date"], where) if columns["Watched Date"] else logged
        values.half_stars(columns["Rating"], where)
        self._newest = max(self._newest, logged)
        name = values.viewing(uri, where)
        title, year = values.title(columns["Name"], where), values.year(columns["Year"], where)
        films = [self.found[name]] if name in self.found else named.get((title, year), [])
        if uri in seen:
            tally.duplicates += 1
            return
        seen.add(uri)
        if len(films) != 1:
            many = "several films" if films else "no film"
            tally.left.append((line, f"{many} of this name and year in the other files"))
            return
        (film,) = films
        film.watched = True
        if film.diary is None or (watched, logged) > film.diary[:2]:
            film.diary = (watched, logged, uri)

    def others(self) -> None:
        """Accounts for the files that are not read."""
        for name in self._archive.files:
            if name in self._read:
                continue
            why = next((why for start, why in _UNREAD.items() if name.startswith(start)), "unknown to account exports")
            counted = name.endswith(".csv") and why != _UNREAD["lists/"] and any(map(name.startswith, _UNREAD))
            self.files.append(FileAccount(name, count(self._archive, name) if counted else 0, unread=why))

    def exported_at(self) -> datetime:
        """The moment of the export, or one that is certainly not later."""
        newest = datetime.combine(max(self._newest, date(2011, 1, 1)), time(), UTC)
        match = _FILE_NAME.fullmatch(self._archive.name)
        try:
            named = datetime(*map(int, match.groups()), tzinfo=UTC) if match else newest
        except ValueError:
            named = newest
        return min(max(named, newest), datetime.now(UTC))

    def _film(self, name: FilmName, uri: str) -> _Film:
        return self.found.setdefault(name, _Film(uri))


# Takes a row's fact into its film; gives the reason when there is none in it.
_Take = Callable[[_Film, dict[str, str], date, str], str | None]


def _watched(film: _Film, row: dict[str, str], told: date, where: str) -> None:
    film.watched = True


def _liked(film: _Film, row: dict[str, str], told: date, where: str) -> None:
    film.liked = True


def _rated(film: _Film, row: dict[str, str], told: date, where: str) -> str | None:
    film.rating = values.half_stars(row["Rating"], where)
    film.rated_at = told if film.rating else None
    return None if film.rating else "no rating"


def _record(name: FilmName, film: _Film) -> ExportedFilm:
    return ExportedFilm(
        film_uri=film.uri,
        letterboxd_id=name.letterboxd_id,
        slug=name.slug,
        title=film.title,
        year=film.year,
        rating=film.rating,
        liked=film.liked,
        favorite=film.favorite,
        watched=film.watched,
        rated_at=film.rated_at,
        diary_uri=film.diary[2] if film.diary else None,
    )
