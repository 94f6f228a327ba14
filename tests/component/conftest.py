"""The API in process: real routes and middlewares, a client on 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.memory.clock import ManualClock
from entrypoints.application import Application
from entrypoints.http.app import create_app
from entrypoints.http.spans import RequestSpans
from entrypoints.meter import UNMETERED, Meter
from entrypoints.settings import HttpSettings, LimitSettings
from ports.clock import Clock
from ports.health import Probe
from tests.component.conformity import complaints
from tests.component.investor import Client, Investor
from tests.component.stub_app import LIMITS, SETTINGS, an_application
from tests.support.world import World

Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts the API over an application; stops it after the test. Every answer must be described."""
    wrong: list[str] = []

    async def compare(request: web.Request, response: web.StreamResponse) -> None:
        resource = request.match_info.route.resource
        path = resource.canonical if resource else ""
        is_call = request.method != "OPTIONS" or response.status != 204
        if isinstance(response, web.Response) and is_call:
            wrong.extend(complaints(request.method, path, response))

    async with AsyncExitStack() as stack:

        async def start(
            application: Application | None = None,
            *,
            probes: Sequence[Probe] = (),
            clock: Clock | None = None,
            settings: HttpSettings = SETTINGS,
            limits: LimitSettings = LIMITS,
            startup: Sequence[Probe] = (),
            meter: Meter = UNMETERED,
            spans: RequestSpans | None = None,
        ) -> Client:
            app = create_app(
                application or an_application(),
                probes=probes,
                clock=clock or ManualClock(),
                settings=settings,
                limits=limits,
                startup=startup,
                meter=meter,
                spans=spans,
            )
            app.on_response_prepare.append(compare)
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield start
    assert wrong == [], "answers that entrypoints/http/contracts.py does not describe"


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
