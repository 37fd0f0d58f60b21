"""Keeps what concerns the whole instance to its operators."""

from api.graphql.context import Info
from api.graphql.errors import Forbidden, Unauthenticated


def operator(info: Info) -> None:
    """Raises Unauthenticated or Forbidden unless an operator asks, with a session or a key of that scope."""
    if info.context.identity is None:
        raise Unauthenticated("Sign in, or send an API key: Authorization: Bearer …")
    if info.context.identity.scope != "operator":
        raise Forbidden("This is for operators.")
