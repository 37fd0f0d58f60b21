"""Opens runs with the chain of steps they consist of: a cohort's sync or backfill, or an account's import."""

from sqlalchemy import Connection, text

from schema.store import metadata, runs, steps

# In this order. The parts of "crawl" are planned when "refresh" knows the members.
CHAIN = ("refresh", "crawl", "enrich", "stats", "rankings")
ORDER = ("import", *CHAIN)  # of the steps of any run; an import is one alone

# Whoever knows what a film is, cheapest first. TMDB's record comes before the search, because it may speak
# against what Wikidata proposed, and again for what came after it. Histograms need no identity.
ENRICH_PARTS = (
    {"sources": ["catalogue", "wikidata", "tmdb", "search", "page", "tmdb"]},
    {"sources": ["histogram"]},
)


def open_sync(
    connection: Connection, cohort_id: int, *, full: bool = False, enrich: bool = True, budget: int | None = None
) -> int:
    """A queued run that brings a cohort up to date; raises RunInProgress when one is open already.

    `full` asks for a sweep, which reads every listing to its end and so finds removals. `budget` is how many film
    pages, and how many histograms, Letterboxd may be asked for (None: ALMANAC_ENRICH_BUDGET). Whoever opens a run
    enqueues it too; should that fail, a worker finds the run within a minute.
    """
    run_id = runs.open_run(connection, "full" if full else "delta", cohort_id)
    for name in CHAIN:
        if name == "enrich" and not enrich:
            continue
        steps.plan(connection, run_id, name, _enriching(budget) if name == "enrich" else [{}])
    return run_id


def _enriching(budget: int | None) -> list[dict]:
    bounded = {} if budget is None else {"budget": budget}
    return [part | bounded for part in ENRICH_PARTS]


def open_refresh(connection: Connection, cohort_id: int) -> int:
    """A queued run that only finds out who belongs to a cohort; raises RunInProgress when one is open already."""
    run_id = runs.open_run(connection, "refresh", cohort_id)
    steps.plan(connection, run_id, "refresh", [{"alone": True}])
    return run_id


def open_backfill(connection: Connection, cohort_id: int, *, budget: int | None = None) -> int:
    """A queued run that completes the films a cohort knows already; raises RunInProgress when one is open already.

    Nobody's pages are read. What failed is due at once; `budget` is how many film pages, and how many histograms,
    Letterboxd may be asked for (None: as many as a sync may).
    """
    run_id = runs.open_run(connection, "backfill", cohort_id)
    metadata.retry_of_cohort(connection, cohort_id)
    steps.plan(connection, run_id, "enrich", _enriching(budget))
    for name in ("stats", "rankings"):
        steps.plan(connection, run_id, name, [{}])
    return run_id


class NotReplayable(RuntimeError):
    """A run that is no cohort's cannot be done again; the message says so."""


def replay(connection: Connection, run_id: int) -> int:
    """A queued run of the same cohort, kind and options as another; raises RunInProgress when one is open already.

    Raises NotReplayable for an import or a crawl by hand, LookupError when there is no such run.
    """
    row = connection.execute(text("SELECT kind, cohort_id FROM sync_runs WHERE id = :run"), {"run": run_id}).first()
    if row is None:
        raise LookupError(f"no run {run_id}")
    kind, cohort_id = row
    if cohort_id is None:
        raise NotReplayable(f"run {run_id} is of no cohort: only what was done for a cohort can be done again")
    enrich = [step for step in steps.of_run(connection, run_id) if step.name == "enrich"]
    if kind == "refresh":
        return open_refresh(connection, cohort_id)
    budget = enrich[0].arguments.get("budget") if enrich else None
    if kind == "backfill":
        return open_backfill(connection, cohort_id, budget=budget)
    return open_sync(connection, cohort_id, full=kind == "full", enrich=bool(enrich), budget=budget)


def open_import(connection: Connection, account_id: int, member_id: int, upload: str, name: str) -> int:
    """A queued run that imports an upload as the member's export; raises RunInProgress when one is open already.

    `name` is what the file was called where it came from: it tells when the export was made.
    """
    run_id = runs.open_run(connection, "import", account_id=account_id)
    steps.plan(connection, run_id, "import", [{"upload": upload, "member_id": member_id, "name": name}])
    return run_id


def uploads_awaited(connection: Connection) -> set[str]:
    """The uploads that open runs are to import."""
    return set(
        connection.execute(
            text(
                "SELECT s.arguments ->> 'upload' FROM sync_steps s JOIN sync_runs r ON r.id = s.run_id"
                " WHERE s.name = 'import' AND r.status IN ('queued', 'running')"
            )
        ).scalars()
    )
