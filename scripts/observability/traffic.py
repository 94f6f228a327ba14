"""Simulated investors who repeat the demo, with some invalid requests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

import aiohttp

from entrypoints.cli.api import Api, ApiError, WaitTimeout
from entrypoints.cli.mailbox import Mailbox
from entrypoints.cli.walk import Walk
from entrypoints.settings import Settings

INVESTORS = 2
PAUSE_S = 2.0
READS = ("/v1/portfolio", "/v1/balances", "/v1/orders", "/v1/deposits", "/v1/assets", "/v1/limits")
WRONG = {"symbol": "NOPE", "side": "buy", "type": "market", "notional": "1.00"}
_EXPECTED = (ApiError, WaitTimeout, aiohttp.ClientError, TimeoutError)


async def traffic(settings: Settings, *, sandbox_url: str, tell: Callable[[str], None]) -> None:
    """Run until cancelled; after a failure an investor starts again under a new account."""
    async with asyncio.TaskGroup() as group:
        for _ in range(INVESTORS):
            group.create_task(_investor(settings, sandbox_url, tell))


async def _investor(settings: Settings, sandbox_url: str, tell: Callable[[str], None]) -> None:
    while True:
        try:
            await _walk(settings, sandbox_url)
        except _EXPECTED as error:
            tell(f"a simulated investor stopped: {error}")
        await asyncio.sleep(PAUSE_S)


async def _walk(settings: Settings, sandbox_url: str) -> None:
    url = f"http://{settings.http.host}:{settings.http.port}"
    async with Api(url) as api, Api(sandbox_url) as sandbox:
        walk = Walk(api=api, sandbox=sandbox, mailbox=Mailbox(settings.mail.folder))
        await walk.register()
        await walk.protect()
        await walk.onboard()
        await walk.open_wallets()
        for act in (walk.deposit, walk.buy, walk.buy_basket, walk.sell, walk.withdraw):
            await act()
            await _look(api)


async def _look(api: Api) -> None:
    for path in READS:
        await api.get(path)
    with contextlib.suppress(ApiError):
        await api.post("/v1/orders", WRONG)
