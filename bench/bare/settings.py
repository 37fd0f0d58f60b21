"""The crawler's own settings, less everything that reads or stores."""

from crawler.settings import *  # noqa: F403

SPIDER_MODULES = ["bench.bare"]
COMMANDS_MODULE = ""
ITEM_PIPELINES: dict = {}
DOWNLOADER_MIDDLEWARES: dict = {}
DOWNLOAD_HANDLERS: dict = {}  # ours ask a database who may be asked
ROBOTSTXT_OBEY = False
EXTENSIONS = {"bench.stopwatch.Stopwatch": 0}
