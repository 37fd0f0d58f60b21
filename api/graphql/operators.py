"""Keeps what concerns the whole instance to its operators."""

from api.graphql.context import Info
from api.graphql.errors import Forbidden, Unauthenticated
from schema.insights.accounts import Identity


def operator(info: Info) -> Identity:
    """The operator who asks, with a session or a key of that scope; raises Unauthenticated or Forbidden."""
    identity = info.context.identity
    if identity is None:
        raise Unauthenticated("Sign in, or send an API key: Authorization: Bearer …")
    if identity.scope != "operator":
        raise Forbidden("This is for operators.")
    return identity
