"""The real adapters over the real transport, pointed at the providers' sandboxes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from adapters.alpaca.client import AlpacaClient
from adapters.alpaca.credentials import credentials_for
from adapters.alpaca.settings import AlpacaSettings
from adapters.circle.client import CircleClient
from adapters.circle.settings import CircleSettings
from adapters.due.calls import Calls
from adapters.due.client import DueClient
from adapters.due.settings import DueSettings
from adapters.http.operation import OperationKind
from adapters.http.session import open_session
from adapters.http.stack import build_stack
from adapters.http.transport import Transport
from adapters.metrics.providers import ProviderMetrics
from adapters.resilience.breaker import Breaker
from adapters.resilience.policy import CallPolicy
from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from tests.live.environment import require_sandbox, settings_of

Reach = Callable[[], Transport]


@pytest.fixture
async def reach() -> AsyncIterator[Reach]:
    """A transport stack as the product builds it."""
    async with open_session() as session:

        def build() -> Transport:
            return build_stack(
                session,
                clock=SystemClock(),
                ids=SystemIds(),
                policy=CallPolicy(),
                breakers={kind: Breaker() for kind in OperationKind},
                metrics=ProviderMetrics(CollectorRegistry()),
            )

        yield build


@pytest.fixture
def circle(reach: Reach) -> CircleClient:
    given: dict[str, Any] = settings_of("circle", os.environ)
    settings = CircleSettings(**{**given, "testnet": True})
    require_sandbox("circle", settings.base_url, key=settings.api_key)
    return CircleClient(settings, transport=reach())


@pytest.fixture
def alpaca(reach: Reach) -> AlpacaClient:
    given: dict[str, Any] = settings_of("alpaca", os.environ)
    settings = AlpacaSettings(**given)
    require_sandbox("alpaca", settings.base_url, settings.data_url, settings.auth_url)
    transport = reach()
    credentials = credentials_for(settings, transport=transport, clock=SystemClock())
    return AlpacaClient(settings=settings, transport=transport, credentials=credentials)


@pytest.fixture
def due(reach: Reach) -> DueClient:
    given: dict[str, Any] = settings_of("due", os.environ)
    settings = DueSettings(**given)
    require_sandbox("due", settings.base_url, settings.app_url)
    return DueClient(Calls(reach(), settings))
