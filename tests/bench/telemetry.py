"""(f) What tracing costs an order: off, at 5 % and at 100 % of the traces, and what metrics cost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tests.bench import load
from tests.bench.orders import CONNECTIONS, ORDER, investors
from tests.bench.system import System

OFF = {"STACK__TRACING__ENABLED": "false"}
ROUNDS = 2
"""Each variant is measured so often, in turns, because the machine is never quite the same."""


async def run(system: System, *, seconds: float) -> Mapping[str, float]:
    """Orders per second by variant."""
    system.sandbox(speed=1)
    tokens = await investors(system)
    server = await asyncio.start_server(_swallow, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        sampled = {
            "STACK__TRACING__EXPORTER": "otlp-http",
            "STACK__TRACING__ENDPOINT": f"http://127.0.0.1:{port}",
        }
        variants = {
            "off": OFF,
            "5 %": sampled | {"STACK__TRACING__SAMPLE_RATIO": "0.05"},
            "100 %": sampled | {"STACK__TRACING__SAMPLE_RATIO": "1.0"},
        }
        total = dict.fromkeys(variants, 0.0)
        for _ in range(ROUNDS):
            for name, environment in variants.items():
                total[name] += await _orders(system, environment, tokens, seconds=seconds)
    return {name: per_s / ROUNDS for name, per_s in total.items()}


async def _orders(
    system: System, environment: Mapping[str, str], tokens: list[str], *, seconds: float
) -> float:
    with system.temporary_api(environment):
        return await load.rate(
            port=system.http_port,
            path="/v1/orders",
            body=ORDER,
            tokens=tokens,
            seconds=seconds,
            connections=CONNECTIONS,
        )


async def _swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A collector that takes whatever it is sent and looks at nothing, so that it costs next to nothing."""
    try:
        while head := await load.head_of(reader):
            await reader.readexactly(load.length_of(head))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    finally:
        writer.close()
