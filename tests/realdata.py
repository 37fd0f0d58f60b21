"""Finds the real captured material that lies beside the checkout; nothing of it is part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("ALMANAC_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def shared(path: str) -> Path:
    """Path of one real file or folder; skips the test, loudly, on machines without the material."""
    found = ROOT / path
    if not found.exists():
        pytest.skip(f"REAL DATA MISSING: {path} is not beside this checkout, so this proof did not run")
    return found
