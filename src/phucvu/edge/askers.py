"""Identity of an asker, as far as an address tells."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

__all__ = ["asker_of", "network_of"]

_ONE_HOME = 64  # bits: an IPv6 line gives its owner all addresses below


def asker_of(scope: Mapping[str, Any]) -> str:
    """Return the address under which a request is counted; empty where the server knows none.

    Behind a proxy of `PHUCVU_PROXIES` it is the address that the proxy names.
    """
    client = scope.get("client")
    return network_of(client[0]) if client else ""


def network_of(address: str) -> str:
    """Return what counts as one asker: an IPv4 address, or the network of an IPv6 line."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((found, _ONE_HOME), strict=False))
