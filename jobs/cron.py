"""RQ's cron table. It only calls the planner: cron itself knows neither retries nor what is running already."""

from rq import cron

from jobs.queues import SYNC
from jobs.tasks import plan

PLAN_SECONDS = 300

# Fires at once when cron starts, which is safe: planning twice opens nothing twice.
cron.register(plan, SYNC, interval=PLAN_SECONDS, result_ttl=0, name="plan")
