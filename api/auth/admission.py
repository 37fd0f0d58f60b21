"""Lets requests in: finds out who asks, and refuses bad keys and those who ask too often."""

import ipaddress
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from starlette.requests import HTTPConnection

from api.auth import cookie
from api.auth.origin import from_elsewhere
from api.graphql.errors import ClientError, RateLimited, Unauthenticated
from api.rate_limits import Allowance
from schema.insights import accounts
from schema.insights.accounts import Identity
from schema.insights.stamps import Look
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
    """Someone who was let in; `identity` is None for anyone at all. `headers` belong into the answer.

    `look` is the one at which a key was looked up, or cohorts were.
    """

    identity: Identity | None
    headers: Mapping[str, str] = field(default_factory=dict)
    look: Look | None = None

    @property
    def viewer(self) -> Viewer:
        """Which cohorts exist for them."""
        return self.identity.viewer if self.identity else ANYONE


async def admit(
    connection: HTTPConnection, authorization: str | None = None, cohort_ids: Collection[int] | None = None
) -> Admission:
    """Counts a request and says who asks; raises Refused.

    `authorization` stands in for the header where a browser cannot send it. With `cohort_ids` a look is taken on
    the way, at films and at these cohorts.
    """
    settings, limits = connection.app.state.settings, connection.app.state.rate_limits
    limit, address = settings.requests_a_minute, address_of(connection)
    # Looking a secret up costs something, whether or not it is good.
    of_address = f"address {address}", limit * _ADDRESS_FACTOR
    authorization = authorization or connection.headers.get("authorization")
    if authorization:
        secret = _secret(authorization)
        looking = connection.app.state.looks(secret, cohort_ids or ())  # meanwhile
        allowances = await limits.take(of_address, (f"key {secret.hex()}", limit))
        _check(*allowances[:-1])
        look = await looking
        identity = look.identities.get(secret)
        await _check_key(connection, identity)
    else:
        if cookie.of(connection):
            _check(*await limits.take(of_address))
        identity = await recognise(connection)
        who = f"account {identity.account_id}" if identity else f"anyone {address}"
        allowances = await limits.take((who, limit if identity else settings.anonymous_requests_a_minute))
        looks = connection.app.state.looks
        look = None if cohort_ids is None else await looks(cohort_ids=cohort_ids)
    _check(*allowances[-1:])
    return Admission(identity, allowances[-1].headers if allowances else {}, look)


async def recognise(connection: HTTPConnection, authorization: str | None = None) -> Identity | None:
    """Who asks, None for anyone; raises Refused for a bad key, and for anyone where they may not ask.

    A key counts wherever it comes from. A session counts only when no other site's page sent it along; then,
    and when it has expired, the request is anyone's.
    """
    authorization = authorization or connection.headers.get("authorization")
    session = None if from_elsewhere(connection) else cookie.of(connection)
    identity = None
    if authorization:
        secret = _secret(authorization)
        identity = (await connection.app.state.looks(secret)).identities.get(secret)
        await _check_key(connection, identity)
    elif session:
        identity = await connection.app.state.database.look(accounts.by_session, session)
    if identity is None and connection.app.state.settings.anonymous == "none":
        raise _unauthenticated("Sign in, or send an API key: Authorization: Bearer …")
    return identity


def address_of(connection: HTTPConnection) -> str:
    """The client's address, of IPv6 the network: a /64 is one customer."""
    return _network(connection.client.host) if connection.client else "unknown"


@lru_cache(maxsize=10_000)
def _network(host: str) -> str:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))


def _secret(authorization: str) -> bytes:
    """The digest of the key in a header; of what is no key, one that no key has."""
    scheme, _, key = authorization.partition(" ")
    return digest(key.strip() if scheme.lower() == "bearer" else "")


async def _check_key(connection: HTTPConnection, identity: Identity | None) -> None:
    if identity is None:
        raise _unauthenticated("Authorization: Bearer and an API key are wanted; this one is not, or no longer, good")
    if identity.stale:
        await connection.app.state.database.write(keys.note_use, identity.key_id)


def _check(*allowances: Allowance) -> None:
    for allowance in allowances:
        if allowance.exceeded:
            message = f"More than {allowance.limit} requests in a minute; try again in {allowance.reset_seconds} s."
            raise Refused(429, RateLimited(message), allowance.headers)


def _unauthenticated(message: str) -> Refused:
    return Refused(401, Unauthenticated(message), {"WWW-Authenticate": "Bearer"})
