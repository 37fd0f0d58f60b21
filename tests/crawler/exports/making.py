"""Account exports made up for tests, in Letterboxd's layout."""

import io
import zipfile
from collections.abc import Iterable, Mapping

from crawler.identity import lid_from_id

FILM = "Date,Name,Year,Letterboxd URI"
HEADERS = {
    "ratings.csv": f"{FILM},Rating",
    "watched.csv": FILM,
    "likes/films.csv": FILM,
    "watchlist.csv": FILM,
    "diary.csv": f"{FILM},Rating,Rewatch,Tags,Watched Date",
    "profile.csv": (
        "Date Joined,Username,Given Name,Family Name,Email Address,Location,Website,Bio,Pronoun,Favorite Films"
    ),
}


def uri(number: int) -> str:
    """The short address of a film."""
    return f"https://boxd.it/{lid_from_id(number)}"


def entry(number: int) -> str:
    """The short address of a diary entry."""
    return f"https://boxd.it/{lid_from_id(number, 'viewing')}"


def film(number: int, *more: str, date: str = "2025-03-01") -> str:
    """A row about film `number`, called Film `number`, of 2001; `more` are the columns that follow."""
    return ",".join([date, f"Film {number}", "2001", uri(number), *more])


def files(
    username: str = "ada",
    *,
    ratings: Mapping[int, str] | None = None,
    watched: Iterable[int] = (),
    likes: Iterable[int] = (),
    favorites: Iterable[int] = (),
    date: str = "2025-03-01",
) -> dict[str, str]:
    """The files of an export: stars by film, other films watched, films liked, favourites."""
    ratings = ratings or {}
    rows = {
        "ratings.csv": [film(number, stars, date=date) for number, stars in ratings.items()],
        "watched.csv": [film(number, date=date) for number in {**ratings, **dict.fromkeys(watched)}],
        "likes/films.csv": [film(number, date=date) for number in likes],
        "profile.csv": [f'2020-01-01,{username},,,,,,,,"{", ".join(map(uri, favorites))}"'],
    }
    return {name: "\n".join([HEADERS[name], *lines, ""]) for name, lines in rows.items()}


def zipped(content: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """The files as an open ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return file
