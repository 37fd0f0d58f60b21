"""What is known of the films that a group reacted to, and what of them is still to be asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from schema.insights.groups import Group
from schema.insights.memberships import FILMS, bound

KINDS = ("identity", "tmdb", "histogram")


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of so many `films`: those whose TMDB title is known, those that TMDB is known not to have, those with TMDB's
    facts, and those with the rating distribution of everyone."""

    films: int = 0
    identified: int = 0
    absent: int = 0
    described: int = 0
    histograms: int = 0

    def pct(self, number: int) -> float | None:
        """Per cent of the films that a number of them is; None when there are none."""
        return 100 * number / self.films if self.films else None


@dataclass(frozen=True, slots=True)
class Backlog:
    """Entries of the needs-enrichment queue that are open, and when the first of them is due (or was)."""

    pending: int = 0
    failed: int = 0
    next_attempt_at: datetime | None = None


# TMDB always has an original title; the entry says of films that it was asked, even if a later try failed.
_COVERAGE = text(
    f"""
    SELECT c.place, count(*), count(f.tmdb_id), count(*) FILTER (WHERE f.tmdb_id IS NULL AND i.status = 'absent'),
           count(*) FILTER (WHERE f.original_title IS NOT NULL OR t.status = 'fetched'), count(h.film_id)
    FROM ({FILMS}) c JOIN films f ON f.id = c.film_id
    LEFT JOIN film_metadata_sync i ON i.film_id = f.id AND i.kind = 'identity'
    LEFT JOIN film_metadata_sync t ON t.film_id = f.id AND t.kind = 'tmdb'
    LEFT JOIN film_histograms h ON h.film_id = f.id GROUP BY c.place
    """
)
_BACKLOG = text(
    f"""
    SELECT c.place, q.kind, count(*) FILTER (WHERE q.status = 'pending'), count(*) FILTER (WHERE q.status = 'failed'),
           min(q.next_attempt_at)
    FROM ({FILMS}) c JOIN film_metadata_sync q USING (film_id) WHERE q.status IN ('pending', 'failed')
    GROUP BY c.place, q.kind
    """
)


def coverage(connection: Connection, groups: Sequence[Group]) -> dict[Group, Coverage]:
    """What is known of the films of each group; groups without films are left out."""
    return {groups[place]: Coverage(*counts) for place, *counts in connection.execute(_COVERAGE, bound(groups))}


def backlog(connection: Connection, groups: Sequence[Group]) -> dict[Group, dict[str, Backlog]]:
    """What is still to be asked about the films of each group, by KINDS; groups with nothing open are left out."""
    found: dict[Group, dict[str, Backlog]] = {}
    for place, kind, *rest in connection.execute(_BACKLOG, bound(groups)):
        found.setdefault(groups[place], {})[kind] = Backlog(*rest)
    return found
