"""``demo``: takes an investor through the running system and shows where the money went."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from entrypoints import lifecycle
from entrypoints.cli import conservation
from entrypoints.cli.api import Api, ApiError, WaitTimeout
from entrypoints.cli.display import Display, Step
from entrypoints.cli.mailbox import Mailbox
from entrypoints.cli.walk import Walk
from entrypoints.settings import Settings


async def run(settings: Settings, *, sandbox_url: str, display: Display) -> int:
    """Return 0 when everything settled and every asset is conserved, else 1."""
    api_url = f"http://{settings.http.host}:{settings.http.port}"
    async with Api(api_url) as api, Api(sandbox_url) as sandbox:
        mailbox = Mailbox(settings.mail.folder)
        walk = Walk(api=api, sandbox=sandbox, mailbox=mailbox, tell=display.note)
        try:
            await _walk(walk, display)
            await _trails(walk, display)
            return await _conserved(settings, walk, display)
        except aiohttp.ClientConnectionError as error:
            display.failure(f"The demo stopped: {error}.\nStart the system with `make run` first.")
        except (ApiError, WaitTimeout, aiohttp.ClientError, TimeoutError) as error:
            display.failure(f"The demo stopped: {error}")
        return 1


async def _walk(walk: Walk, display: Display) -> None:
    steps: Sequence[Step] = (
        ("register and log in", walk.register),
        ("protect the account", walk.protect),
        ("open accounts", walk.onboard),
        ("provision wallets", walk.open_wallets),
        ("deposit", walk.deposit),
        ("buy a stock", walk.buy),
        ("buy a basket", walk.buy_basket),
        ("sell", walk.sell),
        ("withdraw", walk.withdraw),
    )
    display.heading("One investor uses the public API")
    for title, act in steps:
        await display.step(title, act)


async def _trails(walk: Walk, display: Display) -> None:
    display.heading("The money trail")
    for process_id in walk.processes:
        trail = await walk.api.get(f"/v1/trails/{process_id}")
        display.trail(trail, owner=walk.investor_id)


async def _conserved(settings: Settings, walk: Walk, display: Display) -> int:
    books = await walk.sandbox.get("/sandbox/books")
    async with lifecycle.running(settings, role=lifecycle.COMMAND) as running:
        totals = await running.application.ledger.totals()
        wrong = await running.application.ledger.imbalances()
    rows = conservation.compare(totals, books)
    display.conservation(rows)
    for name, reason in wrong.items():
        display.failure(f"The ledger does not balance: {name} {reason}")
    return 0 if not wrong and all(row.agrees for row in rows) else 1
