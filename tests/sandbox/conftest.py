"""A whole sandbox on a local port for each test, at a speed at which nothing takes long."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import attrs
import pytest
from aiohttp.test_utils import TestServer

from sandbox.app import create_app
from sandbox.circle.settings import CircleSandboxSettings
from sandbox.settings import SandboxSettings
from sandbox.world import World, create_world
from tests.sandbox.circle_customer import CircleCustomer

SPEED = 200.0
SETTINGS = SandboxSettings(circle=CircleSandboxSettings(rsa_bits=1024))


@attrs.frozen
class Sandbox:
    """The sandbox's URL, and its world."""

    url: str
    world: World


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    world = create_world(seed=1, speed=SPEED)
    server = TestServer(create_app(SETTINGS, world=world))
    await server.start_server()
    try:
        yield Sandbox(url=str(server.make_url("")).rstrip("/"), world=world)
    finally:
        await server.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def circle(sandbox: Sandbox, http: aiohttp.ClientSession) -> CircleCustomer:
    """A developer with an entity secret who talks to the sandbox's Circle."""
    return CircleCustomer(url=f"{sandbox.url}/circle", http=http)
