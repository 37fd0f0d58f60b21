"""The mutation that makes failed entries of the needs-enrichment queue due again."""

from typing import Annotated

import strawberry

from api.graphql.context import Info
from api.graphql.operators import operator
from api.graphql.types.enrichment import EnrichmentKind
from schema.store import metadata


@strawberry.type(description="Entries that were made due.")
class RetryPayload:
    entries: int = strawberry.field(description="How many; 0 when none had failed.")


@strawberry.type
class EnrichmentMutations:
    @strawberry.mutation(
        description="Makes every failed entry of a kind due now, for the next sync or `almanac enrich` to ask for."
        " For operators."
    )
    async def retry_enrichment(
        self, info: Info, kind: Annotated[EnrichmentKind, strawberry.argument(description="What had failed.")]
    ) -> RetryPayload:
        operator(info)
        return RetryPayload(entries=await info.context.database.write(metadata.retry, kind.value))
