"""RQ's cron table. What it calls may come twice: cron itself knows neither retries nor what is running already."""

from rq import cron

from jobs.queues import CRAWL, SYNC
from jobs.tasks import plan, read_feeds

PLAN_SECONDS = 300

# Fires at once when cron starts, which is safe: planning twice opens nothing twice.
cron.register(plan, SYNC, interval=PLAN_SECONDS, result_ttl=0, name="plan")
cron.register(read_feeds, CRAWL, interval=PLAN_SECONDS, result_ttl=0, name="feeds")
