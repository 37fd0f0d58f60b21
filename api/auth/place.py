"""Who may see how the instance does: operators wherever they are, and whoever is at its machine."""

import ipaddress
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

from api.auth.admission import Refused, admit
from api.auth.origin import from_elsewhere

_PROXY_HEADERS = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


async def may_operate(request: HTTPConnection) -> bool:
    """Whether an operator asks, or somebody at this machine.

    At this machine is nobody who comes through a proxy or under a name that is not this machine's (DNS
    rebinding). Whoever is led by another site's page (forged requests, framing) is refused in any case.
    """
    if from_elsewhere(request):
        return False
    if _is_local(request):
        return True
    try:
        identity = (await admit(request)).identity
    except Refused:
        return False
    return identity is not None and identity.scope == "operator"


def _is_local(request: HTTPConnection) -> bool:
    headers = request.headers
    host = headers.get("host", "")
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and _is_loopback(_hostname(host))
        and not any(name in headers for name in _PROXY_HEADERS)
    )


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
