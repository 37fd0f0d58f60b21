"""Decides which cohorts are due for a sync."""

import logging

from jobs import chain
from schema.engine import engine
from schema.store.runs import RunInProgress, due_cohorts
from schema.store.syncs import open_sync

logger = logging.getLogger(__name__)


def plan() -> list[int]:
    """Opens a sync for every cohort that is due; returns the runs. Calling it twice opens nothing twice."""
    with engine().connect() as connection:
        due = due_cohorts(connection)
    opened = []
    for cohort in due:
        try:
            with engine().begin() as connection:
                opened.append(open_sync(connection, cohort.cohort_id, full=cohort.full))
        except RunInProgress:
            continue
        logger.info("run %d: cohort %d is due", opened[-1], cohort.cohort_id)
        chain.advance(opened[-1])
    return opened
