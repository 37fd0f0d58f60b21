"""The GraphQL types EnrichmentEntry and EnrichmentCandidate: films that could not be completed, and why."""

from datetime import datetime
from enum import Enum

import strawberry

from api.graphql.context import Info
from api.graphql.types.film import Film
from schema.insights.enrichment import OpenEntry


@strawberry.enum(description="What of a film is asked for.")
class EnrichmentKind(Enum):
    IDENTITY = strawberry.enum_value("identity", description="Which title of TMDB it is.")
    TMDB = strawberry.enum_value("tmdb", description="TMDB's record: facts and credits.")
    HISTOGRAM = strawberry.enum_value("histogram", description="Letterboxd's rating distribution.")


@strawberry.enum(description="How asking went so far.")
class EnrichmentStatus(Enum):
    PENDING = strawberry.enum_value("pending", description="Not asked for yet, or not by every source.")
    FETCHED = strawberry.enum_value("fetched", description="Known.")
    FAILED = strawberry.enum_value("failed", description="Asked for in vain; `reason` says why.")
    ABSENT = strawberry.enum_value("absent", description="Known not to exist; asked after again in half a year.")


@strawberry.type(description="A title of TMDB that a source proposed for a film and that was not accepted.")
class EnrichmentCandidate:
    source: str = strawberry.field(description='Who proposed it: "catalogue", "wikidata" or "search".')
    tmdb: str = strawberry.field(description="movie/ID or tv/ID.")
    why: str = strawberry.field(description="Why it was not accepted.")


@strawberry.type(description="One thing about one film in the needs-enrichment queue.")
class EnrichmentEntry:
    kind: EnrichmentKind = strawberry.field(description="What is asked for.")
    status: EnrichmentStatus = strawberry.field(description="How asking went so far.")
    attempts: int = strawberry.field(description="Tries since it was last made due by hand.")
    reason: str | None = strawberry.field(description="Why it failed, or is absent.")
    asked: list[str] = strawberry.field(description="Sources of identity that had no answer which is accepted.")
    candidates: list[EnrichmentCandidate] = strawberry.field(description="What they proposed.")
    next_attempt_at: datetime = strawberry.field(description="When it is due again, UTC.")
    watchers: int = strawberry.field(description="Members with any reaction to the film; most go first.")
    film_id: strawberry.Private[int]

    @strawberry.field(description="The film.")
    async def film(self, info: Info) -> Film:
        return Film.of(await info.context.load.film_by_id.load(self.film_id))

    @classmethod
    def of(cls, entry: OpenEntry) -> "EnrichmentEntry":
        """The entry in a row."""
        return cls(
            kind=EnrichmentKind(entry.kind),
            status=EnrichmentStatus(entry.status),
            attempts=entry.attempts,
            reason=entry.reason,
            asked=entry.asked,
            candidates=[EnrichmentCandidate(**each) for each in entry.candidates],
            next_attempt_at=entry.next_attempt_at,
            watchers=entry.watchers,
            film_id=entry.film_id,
        )
