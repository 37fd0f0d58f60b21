"""The crawler's own settings with a stopwatch."""

from crawler.settings import *  # noqa: F403
from crawler.settings import EXTENSIONS

EXTENSIONS = {**EXTENSIONS, "bench.stopwatch.Stopwatch": 0}
