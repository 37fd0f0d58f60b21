"""Global ids: opaque to clients, the same for the same thing in every answer."""

import base64
import binascii

import strawberry

from api.graphql.errors import BadUserInput

_LARGEST = 2**63 - 1  # PostgreSQL's bigint


def global_id(kind: str, key: int) -> strawberry.ID:
    """The id of the `kind` (a GraphQL type) with this key."""
    return strawberry.ID(base64.b64encode(f"{kind}:{key}".encode()).decode())


def key(kind: str, value: str, argument: str) -> int:
    """The key in a global id of a `kind`, or in the plain number that commands print for it.

    Raises BadUserInput, naming `argument`, for anything else.
    """
    digits = value if value.isdecimal() else _decoded(kind, value)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 19 or int(digits) > _LARGEST:
        raise BadUserInput(f"{argument}: not the id of a {kind}; ids come from the `id` field of one")
    return int(digits)


def _decoded(kind: str, value: str) -> str:
    try:
        found, _, digits = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ""
    return digits if found == kind else ""
