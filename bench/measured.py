"""The crawler's own settings with a stopwatch, and with the spider that ours are measured against."""

from crawler.settings import *  # noqa: F403
from crawler.settings import EXTENSIONS, SPIDER_MODULES

SPIDER_MODULES = [*SPIDER_MODULES, "bench.bare"]
EXTENSIONS = {**EXTENSIONS, "bench.stopwatch.Stopwatch": 0}
