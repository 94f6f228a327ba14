"""The way to a collector, and what happens when there is none."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from adapters.memory.clock import ManualClock
from adapters.telemetry.tracing import Tracing, TracingSettings
from entrypoints.http.app import create_app
from tests.component.stub_app import BEARER, LIMITS, SETTINGS, an_application
from tests.support.collector import collecting

REQUESTS = 200
BATCH_MAX = 8
EXPORT_S = 2.0
QUEUE_MAX = 160
WAITING_S = QUEUE_MAX / BATCH_MAX * EXPORT_S
"""Who waited for a silent collector, while answering or at the end, would wait at least so long."""


@pytest.fixture
def black_hole() -> Iterator[str]:
    """A port that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def a_tracing(endpoint: str, *, exporter: str = "otlp-http", queue_max: int = QUEUE_MAX) -> Tracing:
    settings = TracingSettings(
        exporter=exporter,
        endpoint=endpoint,
        queue_max=queue_max,
        batch_max=BATCH_MAX,
        export_every_s=0.05,
        export_timeout_s=EXPORT_S,
        flush_s=0.3,
    )
    return Tracing.of(settings, role="test", chance=lambda: 0.5)


async def test_spans_reach_the_collector_with_who_sent_them() -> None:
    with collecting() as collector:
        tracing = a_tracing(collector.url)
        with tracing.tracer.start_as_current_span("one"):
            pass
        await tracing.close()
    assert [(span.name, span.role) for span in collector.spans] == [("one", "test")]


@pytest.mark.parametrize("exporter", ["otlp-http", "otlp-grpc"])
@pytest.mark.parametrize("away", ["refused", "silent"])
async def test_without_a_collector_nothing_slows_and_nothing_grows(
    free_port: int, black_hole: str, exporter: str, away: str
) -> None:
    endpoint = black_hole if away == "silent" else f"http://127.0.0.1:{free_port}"
    tracing = a_tracing(endpoint, exporter=exporter)
    app = create_app(
        an_application(),
        probes=(),
        clock=ManualClock(),
        settings=SETTINGS,
        limits=LIMITS,
        spans=tracing.requests,
    )
    async with TestClient(TestServer(app)) as client:
        began = time.monotonic()
        for _ in range(REQUESTS):
            async with client.get("/v1/assets", headers=BEARER) as answer:
                assert answer.status == 200
        assert time.monotonic() - began < WAITING_S
    assert _waiting(tracing) <= QUEUE_MAX

    began = time.monotonic()
    await tracing.close()
    assert time.monotonic() - began < WAITING_S


def _waiting(tracing: Tracing) -> int:
    """How many spans wait for the collector."""
    provider: Any = tracing._provider
    (processor,) = provider._active_span_processor._span_processors
    return len(processor._batch_processor._queue)
