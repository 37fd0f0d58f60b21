"""Decides which cohorts are due for a sync."""

import logging

from jobs import chain
from schema.engine import engine
from schema.store import retention
from schema.store.runs import RunInProgress, due_cohorts
from schema.store.syncs import open_sync

logger = logging.getLogger(__name__)


def plan() -> list[int]:
    """Opens a sync for every cohort that is due; returns the runs. Calling it twice opens nothing twice.

    What TMDB lets nobody keep goes first, so that it also goes where nothing is synced any more.
    """
    with engine().begin() as connection:
        retention.enforce(connection)
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
