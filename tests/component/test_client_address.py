"""Whom to believe about the client's address."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

import attrs
import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from entrypoints.http.app_keys import SETTINGS
from entrypoints.http.client_address import client_address, client_site
from tests.component.investor import PROFILE, Investor
from tests.component.stub_app import SETTINGS as UNTRUSTING

PROXIES = ("10.0.0.0/8", "2001:db8:ffff::/48")


def request(peer: str, *forwarded: str, proxies: Sequence[str] = PROXIES) -> web.Request:
    app = web.Application()
    networks = tuple(ip_network(proxy) for proxy in proxies)
    app[SETTINGS] = attrs.evolve(UNTRUSTING, trusted_proxies=networks)
    headers = CIMultiDict([("X-Forwarded-For", value) for value in forwarded])
    return make_mocked_request("GET", "/", headers=headers, app=app).clone(remote=peer)


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["192.0.2.66, 198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", ["192.0.2.66, nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.66, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["192.0.2.66,"], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
        ("2001:db8:ffff::1", ["2001:db8::7"], "2001:db8::7"),
    ],
)
def test_the_header_is_read_from_the_right_as_far_as_proxies_are_trusted(
    peer: str, forwarded: Sequence[str], client: str
) -> None:
    assert client_address(request(peer, *forwarded)) == client


def test_without_trusted_proxies_the_header_is_nobodys_word() -> None:
    assert client_address(request("10.0.0.1", "198.51.100.1", proxies=())) == "10.0.0.1"


def test_a_socket_without_an_address_is_nobody() -> None:
    assert client_address(request("", "198.51.100.1")) == ""


def test_a_client_is_not_many_because_it_has_many_addresses() -> None:
    sites = {client_site(request(f"2001:db8:1:2::{host}")) for host in ("1", "2", "ffff")}
    assert sites == {"2001:db8:1:2::/64"}
    assert client_site(request("203.0.113.9")) == "203.0.113.9"


async def test_the_address_of_whoever_agrees_is_the_sockets(ada: Investor) -> None:
    await ada.logged_in()
    ada.headers["X-Forwarded-For"] = "198.51.100.1"
    await ada.post("/v1/onboarding", PROFILE)
    *_, found = ada.world.database.processes.values()
    assert "198.51.100.1" not in str(found)
    assert "127.0.0.1" in str(found)
