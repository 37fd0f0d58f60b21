"""Errors that a client can act on, and how every error looks when it leaves: typed, or masked and logged."""

import logging
from typing import ClassVar

from graphql import GraphQLError, GraphQLFormattedError, GraphQLSyntaxError
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError

log = logging.getLogger(__name__)


class ClientError(GraphQLError):
    """The client can do something about it; `message` says what. It leaves as it is."""

    code: ClassVar[str]

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": self.code})


class BadUserInput(ClientError):
    """An argument cannot be used; the message begins with its name."""

    code = "BAD_USER_INPUT"


class NotFound(ClientError):
    """Something that an argument names is not known here."""

    code = "NOT_FOUND"


class Unauthenticated(ClientError):
    """Whoever asks must say who they are, or the key they sent is not good."""

    code = "UNAUTHENTICATED"


class Forbidden(ClientError):
    """Whoever asks may not do this."""

    code = "FORBIDDEN"


class RateLimited(ClientError):
    """Too many requests in too short a time."""

    code = "RATE_LIMITED"


class TooComplex(ClientError):
    """The query asks for more than one request may."""

    code = "TOO_COMPLEX"


def unexpected(error: GraphQLError) -> BaseException | None:
    """The exception behind an error that is our fault; None when the query or the client's input is at fault."""
    cause = error.original_error
    if cause is None or isinstance(cause, GraphQLError | RecursionError) or _too_slow(error):
        return None
    # With a place in the document but none in the answer, it is about a literal that cannot be read.
    return None if error.nodes and error.path is None else cause


def formatted(error: GraphQLError) -> GraphQLFormattedError:
    """The error as the client sees it, with `extensions.code`; nothing of an unexpected one but where it was."""
    shown = error.formatted
    if unexpected(error) is not None:
        return {
            **{key: shown[key] for key in ("locations", "path") if key in shown},
            "message": "Something went wrong on this side; it has been logged.",
            "extensions": {"code": "INTERNAL"},
        }
    if _too_slow(error):
        return {"message": "The query takes too long; ask for less.", "extensions": {"code": TooComplex.code}}
    if _too_large(error):
        return {"message": "The query is too long or nested too deeply.", "extensions": {"code": TooComplex.code}}
    # Strawberry leaves out suggestions of fields, but not those of types, arguments and values.
    message = shown["message"] if isinstance(error, ClientError) else shown["message"].partition(" Did you mean ")[0]
    return {**shown, "message": message, "extensions": {"code": BadUserInput.code, **shown.get("extensions", {})}}


def report(error: GraphQLError) -> None:
    """Logs an unexpected error with its traceback; what clients do wrong is no news."""
    cause = unexpected(error)
    if _too_slow(error):
        log.warning("a statement took too long at %s", error.path)
    if cause is not None:
        log.error("unexpected error at %s", error.path or "the whole query", exc_info=cause)


def _too_slow(error: GraphQLError) -> bool:
    cause = error.original_error
    return isinstance(cause, DBAPIError) and isinstance(cause.orig, QueryCanceled)


def _too_large(error: GraphQLError) -> bool:
    # graphql-core gives up on oversized documents with a syntax error of which only the wording is special.
    aborted = isinstance(error, GraphQLSyntaxError) and error.description.endswith("Parsing aborted.")
    return aborted or isinstance(error.original_error, RecursionError)
