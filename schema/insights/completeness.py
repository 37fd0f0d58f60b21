"""How whole was what a run has read: shares of what its pages were to tell."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

_LEAST = 99.0  # per cent; with less, a run is flagged


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
        return any(share < _LEAST for share in self.shares.values())


def of_run(connection: Connection, run_id: int) -> Completeness | None:
    """How whole the run's reading is so far; None when it has read no tile."""
    row = connection.execute(
        text(
            "SELECT tiles, rating_states, like_flags, letterboxd_ids, reactions, identities"
            " FROM run_completeness WHERE run_id = :run AND tiles > 0"
        ),
        {"run": run_id},
    ).one_or_none()
    if row is None:
        return None
    tiles, *told, reactions, identities = row
    return Completeness(
        tiles, *(100 * number / tiles for number in told), 100 * identities / reactions if reactions else None
    )
