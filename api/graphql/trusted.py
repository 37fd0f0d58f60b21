"""Trusted documents: where an operator has named them, nobody but operators may send any other.

A request names one by the SHA-256 of its text, in hexadecimal, as clients of Apollo's protocol do
(`extensions.persistedQuery`) or as `documentId: "sha256:…"`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from graphql import GraphQLError, GraphQLSchema, parse, specified_rules, validate
from starlette.requests import Request
from strawberry.http import GraphQLRequestData

from api.graphql import multipart
from api.graphql.errors import BadUserInput, ClientError, Forbidden, UnknownDocument
from api.graphql.limits import QueryWeight
from schema.settings import SettingsError

STATUS: Mapping[type[ClientError], int] = {BadUserInput: 400, Forbidden: 403, UnknownDocument: 200}
"""The HTTP status of a refusal; clients that look for one to send the whole document then want 200."""

_VARIABLE = "ALMANAC_TRUSTED_DOCUMENTS"
_PREFIX = "sha256:"
_VERSION = 1  # of Apollo's protocol


class TrustedDocuments:
    """The documents in a folder of .graphql files, or in a .json file of texts by hash, as code generators write."""

    def __init__(self, path: Path, schema: GraphQLSchema) -> None:
        """Raises SettingsError for one that the schema or the limits do not admit."""
        self._documents: dict[str, str] = {}
        for where, document in _found(path):
            _check(where, document, schema)
            self._documents[_digest(document)] = document

    def settled(self, payload: Mapping[str, object], *, free: bool) -> str | None:
        """The document that a request stands for, None when it gives neither a document nor a hash.

        `payload` is the request's JSON object; `free` says that it may hold any document. Raises BadUserInput,
        Forbidden or UnknownDocument.
        """
        query, named = payload.get("query") or None, _named(payload)
        if query is None:
            if named is not None and named not in self._documents:
                raise UnknownDocument("PersistedQueryNotFound")  # the very words that clients look for
            return None if named is None else self._documents[named]
        if named is not None and named != _digest(query):
            raise BadUserInput("extensions.persistedQuery: sha256Hash is not the hash of query")
        if not free and _digest(query) not in self._documents:
            raise Forbidden("Only documents that this server knows are answered; send the hash of one.")
        return query

    async def settled_request(self, request: Request, data: GraphQLRequestData, *, free: bool) -> GraphQLRequestData:
        """The same for a request over HTTP that was read into `data`."""
        payload = {"query": data.query, "extensions": data.extensions}
        if not data.query:  # the library has not kept what else was said
            payload["documentId"] = (await _said(request)).get("documentId")
        return replace(data, query=self.settled(payload, free=free))


async def _said(request: Request) -> Mapping[str, object]:
    if request.method == "GET":
        return request.query_params
    if multipart.is_multipart(request.headers):
        return multipart.operation(await request.form())
    return json.loads(await request.body())


def names_document(payload: Mapping[str, object]) -> bool:
    """Whether a request may be naming a document, though it holds none."""
    return "extensions" in payload or "documentId" in payload


def _named(payload: Mapping[str, object]) -> str | None:
    extensions, document_id = payload.get("extensions"), payload.get("documentId")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    if persisted is not None:
        if not isinstance(persisted, dict) or persisted.get("version") != _VERSION:
            raise BadUserInput(f"extensions.persistedQuery: must be an object of version {_VERSION}")
        named = persisted.get("sha256Hash")
        if not isinstance(named, str):
            raise BadUserInput("extensions.persistedQuery.sha256Hash: must be the SHA-256 of a document")
        return named.lower()
    if document_id is None:
        return None
    if not isinstance(document_id, str) or not document_id.startswith(_PREFIX):
        raise BadUserInput(f'documentId: must be "{_PREFIX}" and the SHA-256 of a document')
    return document_id.removeprefix(_PREFIX).lower()


def _digest(document: str) -> str:
    return hashlib.sha256(document.encode(errors="surrogatepass")).hexdigest()


def _found(path: Path) -> Iterator[tuple[str, str]]:
    """Where each document stands, and its text."""
    try:
        if path.is_dir():
            files = sorted(path.rglob("*.graphql"))
            if not files:
                raise SettingsError(f"{_VARIABLE}: {path} holds no .graphql file")
            for file in files:
                yield str(file), file.read_bytes().decode()
            return
        for named, document in json.loads(path.read_bytes()).items():
            if named.removeprefix(_PREFIX) != _digest(document):
                raise SettingsError(f"{_VARIABLE}: {path}: {named[:80]!r} is not the SHA-256 of its document")
            yield f"{path}: {named}", document
    except (OSError, ValueError, AttributeError) as error:
        if isinstance(error, SettingsError):
            raise
        raise SettingsError(
            f"{_VARIABLE}: {path} is neither a folder of .graphql files nor a JSON object of documents by SHA-256"
        ) from None


def _check(where: str, document: str, schema: GraphQLSchema) -> None:
    try:
        errors = validate(schema, parse(document), (*specified_rules, QueryWeight))
    except GraphQLError as error:
        errors = [error]
    if errors:
        raise SettingsError(f"{_VARIABLE}: {where}: {errors[0].message}")
