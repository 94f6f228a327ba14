"""(e) What all middlewares together cost: one cheap read behind them, and the same handler without any."""

from __future__ import annotations

from entrypoints.local.ports import free_port
from tests.bench import load
from tests.bench.orders import CONNECTIONS, investors
from tests.bench.system import System

PATH = "/v1/baskets"


async def run(system: System, *, seconds: float) -> tuple[float, float]:
    """Reads per second through the API, and of the plain handler."""
    system.sandbox(speed=1)
    system.api()
    tokens = await investors(system)
    port = free_port()
    system.start("tests.bench.plain", (str(port),), ready=f"http://127.0.0.1:{port}{PATH}")
    rates = [
        await load.rate(
            port=each,
            method="GET",
            path=PATH,
            tokens=tokens,
            seconds=seconds,
            connections=CONNECTIONS,
        )
        for each in (system.http_port, port)
    ]
    return rates[0], rates[1]
