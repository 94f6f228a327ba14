"""The API in process: real routes and middlewares, a client on 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.memory.clock import ManualClock
from entrypoints.application import Application
from entrypoints.http.app import create_app
from entrypoints.settings import HttpSettings, LimitSettings
from ports.clock import Clock
from ports.health import Probe
from tests.component.investor import Client, Investor
from tests.component.parts import LIMITS, SETTINGS, an_application
from tests.support.world import World

Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts the API over an application; stops it after the test."""
    async with AsyncExitStack() as stack:

        async def start(
            application: Application | None = None,
            *,
            probes: Sequence[Probe] = (),
            clock: Clock | None = None,
            settings: HttpSettings = SETTINGS,
            limits: LimitSettings = LIMITS,
        ) -> Client:
            app = create_app(
                application or an_application(),
                probes=probes,
                clock=clock or ManualClock(),
                settings=settings,
                limits=limits,
            )
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield start


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def ada(serve: Serve, world: World) -> Investor:
    """Somebody who has not done anything yet."""
    return Investor(await serve(world.app, clock=world.clock), world)


@pytest.fixture
def eve(ada: Investor) -> Investor:
    """Somebody else in the same world."""
    return Investor(ada.client, ada.world, email="eve@example.org")
