"""The GraphQL type Mutation: everything that changes something."""

import strawberry

from api.graphql.mutations.cohorts import CohortMutations
from api.graphql.mutations.enrichment import EnrichmentMutations
from api.graphql.mutations.erasures import ErasureMutations
from api.graphql.mutations.hosts import HostMutations
from api.graphql.mutations.imports import ImportMutations
from api.graphql.mutations.keys import KeyMutations
from api.graphql.mutations.repairs import RepairMutations
from api.graphql.mutations.saved_filters import SavedFilterMutations
from api.graphql.mutations.shares import ShareMutations
from api.graphql.mutations.syncs import SyncMutations
from api.graphql.mutations.withdrawals import WithdrawalMutations


@strawberry.type(
    description="Changes, for accounts alone. What a person can mend is in `userErrors` of the answer; who may not"
    " do a thing, or names what does not exist for them, gets an error."
)
class Mutation(
    SavedFilterMutations,
    KeyMutations,
    ShareMutations,
    ImportMutations,
    WithdrawalMutations,
    SyncMutations,
    CohortMutations,
    EnrichmentMutations,
    RepairMutations,
    HostMutations,
    ErasureMutations,
):
    pass
