"""`almanac backlot`: the project's own stand-in for the outside world."""

from fixtures.backlot.server import backlot

__all__ = ["backlot"]
