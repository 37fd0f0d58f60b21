"""Brings a member's export into the database: read whole and checked first, then stored in one transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Engine

from crawler import exports
from crawler.exports import ForeignExport
from crawler.items.export import AccountExport, ExportedFilm
from schema.store import consents, films, imports, members, merges
from schema.store.films import Identity
from schema.store.imports import Taken
from schema.store.locks import hold_back_merges
from schema.store.reactions import Reaction


@dataclass(frozen=True, slots=True)
class Imported:
    """An export and what came of it."""

    export: AccountExport
    taken: Taken


def import_export(
    engine: Engine,
    source: Path | IO[bytes],
    username: str,
    *,
    name: str = "",
    exported_at: datetime | None = None,
    account_id: int | None = None,
) -> Imported:
    """Takes in the export of member `username`: a ZIP, an open file that can seek, or a folder.

    `name` is what an open file is called, `exported_at` when it was made, if that is known better than the file
    tells, `account_id` who handed it in. Raises ExportError, and then nothing has changed.
    """
    with exports.opened(source, name) as archive:
        export = exports.read(archive, username)
    moment = exported_at or export.exported_at
    digest = _digest(source)
    with engine.begin() as connection:
        member_id = members.upsert(connection, {username: None}).get(username.lower())
        if member_id is None:
            raise ForeignExport(f"{username.lower()} was erased here, and stays out")
        found = films.resolve(connection, [_identity(film) for film in export.films])
        hold_back_merges(connection)
        told = _told(member_id, merges.follow(connection, found), export)
        taken = imports.take(connection, member_id, told, export.knows, observed_at=moment)
        detail = {
            "exported_at": moment.isoformat(),
            "sha256": digest,
            "files": {file.name: file.imported for file in export.files if file.unread is None},
        }
        consents.give(connection, member_id, imports.SOURCE, account_id=account_id, detail=detail)
    return Imported(export, taken)


def _digest(source: Path | IO[bytes]) -> str | None:
    """The SHA-256 of a file; a folder has none."""
    if isinstance(source, Path):
        if source.is_dir():
            return None
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    source.seek(0)
    return hashlib.file_digest(source, "sha256").hexdigest()


def _identity(film: ExportedFilm) -> Identity:
    title = film.title or film.slug or f"film:{film.letterboxd_id}"
    return Identity(film.slug, film.letterboxd_id, title, film.year)


def _told(member_id: int, film_ids: list[int], export: AccountExport) -> list[Reaction]:
    """A reaction a film; should two names in the export be one film, the later in it counts."""
    told = {
        film_id: Reaction(
            member_id,
            film_id,
            rating=film.rating,
            liked=film.liked,
            favorite=film.favorite,
            watched=film.watched,
            rated_at=film.rated_at,
            diary_entry_url=film.diary_uri,
        )
        for film_id, film in zip(film_ids, export.films, strict=True)
    }
    return list(told.values())
