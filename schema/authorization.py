"""The permission to crawl Letterboxd itself: who granted it, when, for which paths; read from a file."""

import json
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any


class AuthorizationError(ValueError):
    """The file cannot be used; the message names it, and the field that is wrong."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """`paths` are those granted: prefixes like `/film/`; `*` is any one part, `/*/films/`, and a `$` the end."""

    granted_by: str
    granted_on: date
    paths: tuple[str, ...]
    contact: str

    def grants(self, path: str) -> bool:
        """Whether `path`, as it goes over the wire, begins as one of the granted does.

        Anything that a server might read as another path than it looks is not granted.
        """
        if ".." in path or "//" in path or "\\" in path or re.search("%(?:2e|2f|5c|25|00)", path, re.IGNORECASE):
            return False
        return any(re.match(_pattern(granted), path) for granted in self.paths)

    def as_json(self) -> dict[str, Any]:
        """What a run writes down."""
        return asdict(self) | {"granted_on": self.granted_on.isoformat(), "paths": list(self.paths)}


def _pattern(granted: str) -> str:
    return re.escape(granted.removesuffix("$")).replace(r"\*", "[^/]+") + (r"\Z" if granted.endswith("$") else "")


def read(path: Path) -> Authorization:
    """The authorization in a TOML or (`.json`) JSON file; raises AuthorizationError."""
    try:
        found = json.loads(path.read_text()) if path.suffix == ".json" else tomllib.loads(path.read_text())
    except OSError as error:
        raise AuthorizationError(f"{path}: {error.strerror}") from None
    except ValueError as error:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise AuthorizationError(f"{path}: cannot be read as {kind}: {error}") from None
    if not isinstance(found, dict):
        raise AuthorizationError(f"{path}: must be a table of {', '.join(f.name for f in fields(Authorization))}")
    unknown = set(found) - {f.name for f in fields(Authorization)}
    if unknown:
        raise AuthorizationError(f"{path}: {sorted(unknown)[0]} is not a field of an authorization")
    return Authorization(
        granted_by=_text(path, found, "granted_by"),
        granted_on=_day(path, found),
        paths=_paths(path, found),
        contact=_text(path, found, "contact"),
    )


def _text(path: Path, found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value.strip():
        raise AuthorizationError(f"{path}: {name} is missing or empty")
    return value.strip()


def _day(path: Path, found: dict[str, Any]) -> date:
    value = found.get("granted_on")
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if type(value) is not date or value > date.today():  # noqa: DTZ011 - a day, as people write it
        raise AuthorizationError(f"{path}: granted_on must be the day of the grant, as 2026-01-31")
    return value


def _paths(path: Path, found: dict[str, Any]) -> tuple[str, ...]:
    value = found.get("paths")
    if not isinstance(value, list) or not value or not all(isinstance(p, str) and p.startswith("/") for p in value):
        raise AuthorizationError(f'{path}: paths must be a list of paths such as "/film/" or "/*/films/"')
    return tuple(value)
