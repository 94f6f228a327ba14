"""Who is at the other end, as far as it can be believed."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from aiohttp import web

from entrypoints.http.app_keys import SETTINGS

HEADER = "X-Forwarded-For"
IPV6_SITE_BITS = 64
"""One customer of a provider has at least so large a network for themselves."""

Address = IPv4Address | IPv6Address


def client_address(request: web.Request) -> str:
    """
    The address of the client; the socket's peer unless that is a trusted proxy.

    ``X-Forwarded-For`` is read from the right: each proxy that we trust is believed about who came to
    it, and nobody else is, so what a client writes there itself changes nothing.
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
    """Whether whoever holds the other end of the socket is a proxy of our own."""
    peer = _parsed(request.remote or "")
    trusted = request.app[SETTINGS].trusted_proxies
    return peer is not None and any(peer in network for network in trusted)


def client_site(request: web.Request) -> str:
    """What one client cannot easily have many of: an IPv4 address, or a network of IPv6."""
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
