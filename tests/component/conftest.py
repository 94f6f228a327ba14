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
from ports.health import Probe
from tests.component.parts import an_application

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Starts the API over an application; stops it after the test."""
    async with AsyncExitStack() as stack:

        async def start(
            application: Application | None = None, *, probes: Sequence[Probe] = ()
        ) -> Client:
            app = create_app(application or an_application(), probes=probes, clock=ManualClock())
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield start
