"""The steps of a sync, one file each; their order is `schema.store.syncs.ORDER`."""

from jobs.steps import crawl, enrich, importing, rankings, refresh, stats
from jobs.steps.kind import StepKind

STEPS: dict[str, StepKind] = {
    "import": importing.STEP,
    "refresh": refresh.STEP,
    "crawl": crawl.STEP,
    "enrich": enrich.STEP,
    "stats": stats.STEP,
    "rankings": rankings.STEP,
}
