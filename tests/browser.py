"""Whether this machine has a browser for tests."""

import pytest

from schema.settings import Settings, SettingsError


def _missing() -> str:
    try:
        Settings().chromium_path  # noqa: B018
    except SettingsError as error:
        return str(error)
    return ""


needs_browser = pytest.mark.skipif(bool(_missing()), reason=_missing())
