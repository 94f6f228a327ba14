"""What happens at the providers without us: a desk that journals and trades, strangers who send USDC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import attrs

from entrypoints.cli.api import Api, until
from tests.e2e.books import Books
from tests.support.stack import Stack

OFTEN = {
    "STACK__RECONCILIATION__CYCLE_S": "1",
    "STACK__RECONCILIATION__COMPLETE_S": "2",
    "STACK__RECONCILIATION__GRACE_S": "2",
    "STACK__WORKER__RECONCILE_S": "0.3",
}
"""The variables of a worker that reconciles all the time."""
BROKER_ACCOUNT = """
    SELECT state->'broker'->>'id' FROM processes WHERE kind = 'Onboarding' AND investor_id = $1
"""
OFFRAMP_ACCOUNT = """
    SELECT state->'offramp'->>'id' FROM processes WHERE kind = 'Onboarding' AND investor_id = $1
"""
BREAKS = """
    SELECT investor_id, state->>'place' AS place, state->>'cls' AS cls, state->>'amount' AS amount
      FROM processes WHERE kind = 'Break' AND stage = $1 ORDER BY id
"""
RUNS = "processes WHERE kind = 'ReconciliationRun' AND stage = 'done'"
TREASURY = "MATIC-AMOY"

Told = tuple[str, str, str, str]
"""The owner, the place, the class and the amount of a break."""


@attrs.frozen
class Plants:
    sandbox: Api
    books: Books
    base_url: str
    firm: str
    client: aiohttp.ClientSession

    async def account(self, investor_id: str) -> str:
        found: str = await self.books.pool.fetchval(BROKER_ACCOUNT, investor_id)
        return found

    async def offramp_account(self, investor_id: str) -> str:
        found: str = await self.books.pool.fetchval(OFFRAMP_ACCOUNT, investor_id)
        return found

    async def entry(self, provider: str, owner: str, **wanted: str) -> Any:
        """The first line of the owner's book at a provider with these fields."""
        answer = await self.sandbox.get(f"/sandbox/entries/{provider}?owner={owner}")
        return next(
            each
            for each in answer["entries"]
            if all(each.get(name) == value for name, value in wanted.items())
        )

    async def add(self, provider: str, **fields: str) -> None:
        await self.sandbox.post(f"/sandbox/entries/{provider}", fields)

    async def change(self, provider: str, entry: Any, **fields: str) -> None:
        await self.sandbox.post(f"/sandbox/entries/{provider}/{entry['id']}", fields)

    async def remove(self, provider: str, entry: Any) -> None:
        await self.sandbox.call("DELETE", f"/sandbox/entries/{provider}/{entry['id']}", None)

    async def repeat(self, provider: str, entry: Any, *, anonymous: bool = False) -> None:
        body = {"anonymous": anonymous}
        await self.sandbox.post(f"/sandbox/entries/{provider}/{entry['id']}/repeat", body)

    async def journal(self, source: str, target: str, amount: str, description: str) -> None:
        await self.at_broker(
            "POST",
            "/v1/journals",
            {
                "entry_type": "JNLC",
                "from_account": source,
                "to_account": target,
                "amount": amount,
                "description": description,
            },
        )

    async def firm_has(self, cash: str) -> None:
        """Wait until the firm's account holds so many dollars."""
        await until(
            lambda: self.sandbox.get("/sandbox/books"),
            lambda books: books["alpaca"]["accounts"][self.firm]["cash"] == cash,
            what="the firm's cash",
        )

    async def order(self, account: str, symbol: str, quantity: str) -> None:
        """The desk buys in the investor's account, under a client id of its own."""
        await self.at_broker(
            "POST",
            f"/v1/trading/accounts/{account}/orders",
            {
                "symbol": symbol,
                "qty": quantity,
                "side": "buy",
                "type": "market",
                "time_in_force": "day",
                "client_order_id": "desk",
            },
        )

    async def close(self, account: str, symbol: str) -> None:
        await self.at_broker("DELETE", f"/v1/trading/accounts/{account}/positions/{symbol}")

    async def send_usdc(self, address: str, amount: str) -> None:
        body = {"blockchain": TREASURY, "destination": address, "amount": amount}
        await self.sandbox.post("/sandbox/chain/transfers", body)

    async def treasury(self) -> str:
        wallets = (await self.sandbox.get("/sandbox/books"))["circle"]["wallets"]
        return next(str(each["address"]) for each in wallets if each["blockchain"] == TREASURY)

    async def at_broker(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        async with self.client.request(method, self.base_url + path, json=body) as answer:
            return await answer.json()

    async def breaks(self, stage: str = "open") -> Sequence[Told]:
        rows = await self.books.pool.fetch(BREAKS, stage)
        return [(row["investor_id"], row["place"], row["cls"], row["amount"]) for row in rows]

    async def found(self, *expected: Told) -> None:
        """Wait until exactly these breaks are open."""
        await until(
            self.breaks, lambda told: sorted(told) == sorted(expected), what=f"breaks {expected}"
        )

    async def runs_pass(self, count: int = 4) -> None:
        """Wait until so many more runs have ended."""
        before = await self.books.count(RUNS)
        await until(lambda: self.books.count(RUNS), lambda now: now >= before + count, what="runs")


@asynccontextmanager
async def plants_in(stack: Stack, books: Books) -> AsyncIterator[Plants]:
    alpaca = stack.settings().alpaca
    login = {"APCA-API-KEY-ID": alpaca.key, "APCA-API-SECRET-KEY": alpaca.secret}
    async with (
        stack.sandbox() as sandbox,
        aiohttp.ClientSession(headers=login, raise_for_status=True) as client,
    ):
        yield Plants(sandbox, books, alpaca.base_url, alpaca.firm_account_id, client)
