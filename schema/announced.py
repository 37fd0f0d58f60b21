"""Where the embedded servers of a running `almanac` are, for commands that run beside it."""

import json

from schema.settings import Settings


def announced(settings: Settings, variable: str) -> str:
    """The URL that DATABASE_URL or REDIS_URL would have to be, empty when no such server runs."""
    try:
        return json.loads((settings.home_path / "run" / "services.json").read_text())[variable]
    except (OSError, ValueError, KeyError):
        return ""
