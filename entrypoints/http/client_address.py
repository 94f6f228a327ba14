"""The client's address, as far as it can be trusted."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from entrypoints.http.app_keys import SETTINGS

HEADER = "X-Forwarded-For"
IPV6_SITE_BITS = 64
"""The smallest IPv6 network that an internet provider assigns to one customer."""

Address = IPv4Address | IPv6Address


def client_address(request: web.Request) -> str:
    """
    The address of the client: the socket's peer unless that is a trusted proxy.

    ``X-Forwarded-For`` is read from the right, and only as far as trusted proxies wrote it, so what a
    client writes there itself has no effect.
    """
    trusted = request.app[SETTINGS].trusted_proxies
    address = _parsed(request.remote or "")
    for hop in reversed(",".join(request.headers.getall(HEADER, [])).split(",")):
        if address is None or not any(address in network for network in trusted):
            break
        before = _parsed(hop.strip())
        if before is None:
            break
        address = before
    return str(address) if address is not None else ""


def is_trusted_peer(request: web.Request) -> bool:
    """Whether the socket's peer is one of our own proxies."""
    peer = _parsed(request.remote or "")
    trusted = request.app[SETTINGS].trusted_proxies
    return peer is not None and any(peer in network for network in trusted)


def client_site(request: web.Request) -> str:
    """The IPv4 address or IPv6 network of the client; one client cannot easily have many."""
    address = _parsed(client_address(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, IPV6_SITE_BITS), strict=False))
    return str(address)


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
