"""What is done to pages, and what must hold of what is then read.

Every function here takes a `Case` and gives the mutated body, or None where there is nothing to mutate.
"""

from bench.fuzz.mutations import attributes, bytewise, elements, harmless, json_fields
from bench.fuzz.mutations.case import Case, Mutation, Promise

ALL: tuple[Mutation, ...] = (
    *bytewise.MUTATIONS,
    *attributes.MUTATIONS,
    *elements.MUTATIONS,
    *harmless.MUTATIONS,
    *json_fields.MUTATIONS,
)

__all__ = ["ALL", "Case", "Mutation", "Promise"]
