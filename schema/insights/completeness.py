"""How whole was what a run has read: shares of what its pages were to tell."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, text

LEAST = 99.0  # per cent; with less, a run or a member is flagged


@dataclass(frozen=True, slots=True)
class Completeness:
    """Per cent, 0 to 100, of the `tiles` that told the member's rating or its absence, the like, the film's id.

    `tmdb_identity`: of the members' reactions, after enrichment; None before or without it.
    """

    tiles: int
    rating_state: float
    like_flag: float
    letterboxd_id: float
    tmdb_identity: float | None

    @property
    def shares(self) -> dict[str, float]:
        """What was measured, by name."""
        named = {
            "rating state": self.rating_state,
            "like flag": self.like_flag,
            "film id": self.letterboxd_id,
            "TMDB identity": self.tmdb_identity,
        }
        return {name: share for name, share in named.items() if share is not None}

    @property
    def flagged(self) -> bool:
        """Whether any share is below 99 per cent; `film_metadata_sync` names the films."""
        return any(share < LEAST for share in self.shares.values())


_COUNTS = "tiles, rating_states, like_flags, letterboxd_ids, reactions, identities"


def of_run(connection: Connection, run_id: int) -> Completeness | None:
    """How whole the run's reading is so far; None when it has read no tile."""
    return of_runs(connection, [run_id]).get(run_id)


def of_runs(connection: Connection, run_ids: Collection[int]) -> dict[int, Completeness]:
    """The same for several runs; those that have read no tile are left out."""
    rows = connection.execute(
        text(f"SELECT run_id, {_COUNTS} FROM run_completeness WHERE run_id = ANY(:runs) AND tiles > 0"),
        {"runs": list(run_ids)},
    )
    return {run: _completeness(*counts) for run, *counts in rows}


def of_cohorts(connection: Connection, cohort_ids: Collection[int]) -> dict[int, Completeness]:
    """How whole the latest reading of each cohort is, by the last run that read a tile; others are left out."""
    rows = connection.execute(
        text(
            f"SELECT DISTINCT ON (r.cohort_id) r.cohort_id, {_COUNTS} FROM run_completeness c"
            " JOIN sync_runs r ON r.id = c.run_id WHERE r.cohort_id = ANY(:cohorts) AND c.tiles > 0"
            " ORDER BY r.cohort_id, r.id DESC"
        ),
        {"cohorts": list(cohort_ids)},
    )
    return {cohort: _completeness(*counts) for cohort, *counts in rows}


def _completeness(tiles: int, *rest: int | None) -> Completeness:
    *told, reactions, identities = rest
    return Completeness(
        tiles, *(100 * number / tiles for number in told), 100 * identities / reactions if reactions else None
    )
