"""Lets requests in: finds out who asks, and refuses bad keys and those who ask too often."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from api.auth import cookie
from api.auth.origin import from_elsewhere
from api.graphql.errors import ClientError, RateLimited, Unauthenticated
from api.rate_limits import Allowance
from schema.insights import accounts
from schema.insights.accounts import Identity
from schema.secrets import digest
from schema.store import keys
from schema.viewer import ANYONE, Viewer

# Many people may share an address, and a front-end's server asks for all of its users.
_ADDRESS_FACTOR = 4


class Refused(Exception):
    """A request that is not answered: the HTTP status, the error as clients see it, and header fields."""

    def __init__(self, status: int, error: ClientError, headers: Mapping[str, str]) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Admission:
    """Someone who was let in; `identity` is None for anyone at all. `headers` belong into the answer."""

    identity: Identity | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer:
        """Which cohorts exist for them."""
        return self.identity.viewer if self.identity else ANYONE


async def admit(connection: HTTPConnection, authorization: str | None = None) -> Admission:
    """Counts a request and says who asks; raises Refused.

    `authorization` stands in for the header where a browser cannot send it.
    """
    settings, limits = connection.app.state.settings, connection.app.state.rate_limits
    address = address_of(connection)
    if authorization or connection.headers.get("authorization") or cookie.of(connection):
        # Looking a secret up costs something, whether or not it is good.
        _check(await limits.take(f"address {address}", settings.requests_a_minute * _ADDRESS_FACTOR))
    identity = await recognise(connection, authorization)
    if identity is None:
        allowance = await limits.take(f"anyone {address}", settings.anonymous_requests_a_minute)
    else:
        name = f"key {identity.key_id}" if identity.key_id else f"account {identity.account_id}"
        allowance = await limits.take(name, settings.requests_a_minute)
    _check(allowance)
    return Admission(identity, allowance.headers if allowance else {})


async def recognise(connection: HTTPConnection, authorization: str | None = None) -> Identity | None:
    """Who asks, None for anyone; raises Refused for a bad key, and for anyone where they may not ask.

    A key counts wherever it comes from. A session counts only when no other site's page sent it along; then,
    and when it has expired, the request is anyone's.
    """
    authorization = authorization or connection.headers.get("authorization")
    session = None if from_elsewhere(connection) else cookie.of(connection)
    identity = None
    if authorization:
        identity = await _by_key(connection, authorization)
    elif session:
        identity = await connection.app.state.database.look(accounts.by_session, session)
    if identity is None and connection.app.state.settings.anonymous == "none":
        raise _unauthenticated("Sign in, or send an API key: Authorization: Bearer …")
    return identity


def address_of(connection: HTTPConnection) -> str:
    """The client's address, of IPv6 the network: a /64 is one customer."""
    host = connection.client.host if connection.client else "unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


async def _by_key(connection: HTTPConnection, authorization: str) -> Identity:
    state = connection.app.state
    scheme, _, key = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthenticated("Authorization: only Bearer is known here, with an API key")
    identity = await state.identities(digest(key.strip()))
    if identity is None:
        raise _unauthenticated("Authorization: this key is not, or no longer, good")
    if identity.stale:
        await state.database.write(keys.note_use, identity.key_id)
    return identity


def _check(allowance: Allowance | None) -> None:
    if allowance is not None and allowance.exceeded:
        message = f"More than {allowance.limit} requests in a minute; try again in {allowance.reset_seconds} s."
        raise Refused(429, RateLimited(message), allowance.headers)


def _unauthenticated(message: str) -> Refused:
    return Refused(401, Unauthenticated(message), {"WWW-Authenticate": "Bearer"})
