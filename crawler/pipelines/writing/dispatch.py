"""Storing an observation, whatever its kind; the modules beside this one say what that means for each."""

from functools import singledispatch

from sqlalchemy import Connection

from crawler.observations import Observation


@singledispatch
def write(item: Observation, connection: Connection, run_id: int) -> None:
    """Stores one observation under a run."""
    raise TypeError(f"nothing here stores {type(item).__name__}")
