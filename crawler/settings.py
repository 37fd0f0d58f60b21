"""Scrapy's settings; what differs from Scrapy's defaults says why."""

import sys

from schema.settings import Settings, SettingsError

try:
    ALMANAC = Settings.from_environment()
    if ALMANAC.rendered_kinds:
        ALMANAC.chromium_path  # noqa: B018 - the property raises when there is none
except SettingsError as error:
    sys.exit(f"almanac: {error}")

BOT_NAME = "cohort-almanac"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# --- who we are, and what we may ask ---
USER_AGENT = ALMANAC.user_agent
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "CohortAlmanac"
COOKIES_ENABLED = False  # no session is ever borrowed or kept
REDIRECT_MAX_TIMES = 5  # default 20; a renamed film needs one
REFERRER_POLICY = "no-referrer"  # nobody needs to know where we come from
METAREFRESH_ENABLED = False  # a page that refreshes itself elsewhere is not the page asked for

# --- how fast ---
# The cap that all processes share is kept in crawler/downloading; what follows is each process' own restraint
# within it. The floor belongs in DOWNLOAD_DELAY: AutoThrottle erodes any DOWNLOAD_SLOTS delay below it.
DOWNLOAD_DELAY = ALMANAC.delay_seconds
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = ALMANAC.delay_seconds
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 4.0
CONCURRENT_REQUESTS = 4  # default 16; a graceful stop waits for these, at one delay each
CONCURRENT_REQUESTS_PER_DOMAIN = 4
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 20_000_000  # default 5 MB is 25 pages, fewer than wait to be stored together
CONCURRENT_ITEMS = 1  # default 100 starts 100 tasks for every response, about 1 ms a page
WARN_ON_GENERATOR_RETURN_VALUE = False  # default True parses the callback's source at every response
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # default 1 GiB; the heaviest real page is 0.3 MB
RETRY_TIMES = 3
DNSCACHE_ENABLED = True

# --- safety ---
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
REMOTE_CONTROL_ENABLED = False  # default True: a local server that executes code
TELNETCONSOLE_ENABLED = False

# --- our parts ---
DOWNLOAD_HANDLERS = {
    "http": "crawler.downloading.handlers.GatedHttp",
    "https": "crawler.downloading.handlers.GatedHttp",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.permission.PermissionMiddleware": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.FailClosedRobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.redirects.AnsweredRedirectMiddleware": 600,
    "crawler.middlewares.ledger.LedgerMiddleware": 990,
}
# What a spider yields passes through these one by one. Most of Scrapy's have no work here: readers judge the
# status themselves, and a listing is followed as deep as it is long.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}
ITEM_PIPELINES = {
    "crawler.pipelines.validate.ValidatePipeline": 100,
    "crawler.pipelines.persist.PersistPipeline": 200,
    "crawler.pipelines.account.AccountPipeline": 300,
}
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.extensions.throttle.Throttle": 0,
    "crawler.extensions.parent.ParentWatch": 0,
    "crawler.extensions.report.Report": 0,
}

LOG_LEVEL = "INFO"
LOG_FORMATTER = "crawler.extensions.log.QuietAboutItems"
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
