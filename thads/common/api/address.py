"""From where a request comes.

The address of the connection, unless that is one of our own proxies (``THADS_TRUSTED_PROXIES``): then the
last address that a proxy of ours has written into ``X-Forwarded-For``. What a caller writes there himself
stands before it, and is not looked at.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(request: Any) -> str:
    """The address of whoever asks, as text; empty when it is not known (a socket in the file system)."""
    found = _read(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    while found is not None and _is_proxy(found) and forwarded:
        told = _read(forwarded.pop())
        if told is None:
            break
        found = told
    return "" if found is None else str(found)


def is_within(address: str, networks: Iterable[str]) -> bool:
    """Whether ``address`` belongs to one of the networks (CIDR); an unknown address belongs to none."""
    found = _read(address)
    return found is not None and any(found in ipaddress.ip_network(one) for one in networks)


def network_of(given: str) -> str:
    """A network in CIDR notation as it is kept; an address alone is a network of one. Raises ValueError."""
    return str(ipaddress.ip_network(given.strip(), strict=True))


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def _read(given: str) -> Address | None:
    try:
        found = ipaddress.ip_address(given.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return None
    # ::ffff:10.0.0.1 is how a server that listens on IPv6 sees 10.0.0.1.
    mapped = getattr(found, "ipv4_mapped", None)
    return mapped or found
