"""
An upgrade and the way back, with traffic and with processes that are open.

The API and the worker of the release before run on its schema, then on ours while they are at work, then
ours take over what they have begun, then they take over what ours have begun, and at last ours finish it
all. The provider sandbox stays the same throughout, as the providers would.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from adapters.postgres import migrator
from tests.e2e.books import open_books
from tests.e2e.investor import Investor, newcomers
from tests.rehearsal.authentication import enter, may_withdraw_to, with_proof
from tests.rehearsal.release import Release
from tests.support.stack import HTTP, SANDBOX, WORKER, Stack

Tell = Callable[[str], None]

LIMIT = {
    "symbol": "AAPL",
    "side": "buy",
    "type": "limit",
    "quantity": "1",
    "limit_price": "1.00",
}
WORKING_S = 0.3
"""How long the old code is at work on the new schema before anything else happens."""
MARKET = {"symbol": "AAPL", "side": "buy", "type": "market", "notional": "10.00"}


class TwoReleases(Stack):
    """A stack whose API and worker run the code of either release."""

    _spawn = None  # a fork would have our code, whatever the release

    def between(self, old: Release) -> None:
        """Learn the release before. Must be said before anything is started."""
        self._ours = (self._environment, self._own)
        theirs = old.environment(self._environment)
        own = {
            name: {variable: value for variable, value in variables.items() if variable in theirs}
            for name, variables in self._own.items()
        }
        self._theirs = (theirs, own)

    def open(self, old: Release) -> list[str]:
        """Migrate the way the release before did, and start it; its migrations."""
        self.start(SANDBOX)
        self.wait_ready(SANDBOX)
        told = old.run("-m", "entrypoints.migrate", environment=self._theirs[0])
        self.use(old=True)
        return [line.removeprefix("applied ") for line in told.splitlines()]

    def use(self, *, old: bool) -> None:
        """Start the API and the worker of one release."""
        self._environment, self._own = self._theirs if old else self._ours
        self.start(HTTP)
        self.start(WORKER)
        self.wait_ready(HTTP)
        self.wait_ready(WORKER)
        self._environment, self._own = self._ours

    async def replace(self, *, old: bool) -> None:
        """The worker is cut off in whatever it does; the API is told to stop."""
        self.kill(WORKER)
        await self.stop(HTTP)
        self.use(old=old)


async def rehearse(stack: TwoReleases, old: Release, *, tell: Tell) -> None:
    """Raises ``AssertionError`` where an upgrade would be noticed by anybody."""
    applied = stack.open(old)
    tell(f"{old.commit[:10]} runs on its own schema, at {applied[-1]}")
    async with newcomers(stack, count=2) as (ann, ben), open_books(stack.dsn) as books:
        await enter(ann, stack)
        await ann.walk.deposit()
        async with _traffic(ann) as orders:
            added = await migrator.migrate(stack.dsn)
            await asyncio.sleep(WORKING_S)
        done = ", ".join(added) or "nothing, the schema is the same"
        tell(f"migrated while it was at work: {done}; {len(orders)} orders placed")
        await _does_everything(ann)
        await enter(ben, stack)
        tell("it funds, buys and lets people in on the new schema")

        begun = await _begin(ann)
        await stack.replace(old=False)
        await _finish(ann, begun)
        await _does_everything(ann)
        tell("the new code finished what it had begun, for a session that it had begun")

        begun = await _begin(ann)
        await stack.replace(old=True)
        await _finish(ann, begun)
        await _does_everything(ann)
        tell("back again, it finished what the new code had begun")

        begun = await _begin(ann)
        await stack.replace(old=False)
        await _finish(ann, begun)
        await ben.walk.deposit()
        for order in orders:
            await ann.api.post(f"/v1/orders/{order}/cancel", {})
        for order in orders:
            await ann.reaches(f"/v1/orders/{order}", "canceled")
        await books.agree(ann.sandbox)
        tell("forwards once more: nothing is open, and all books agree")


@contextlib.asynccontextmanager
async def _traffic(somebody: Investor) -> AsyncIterator[Sequence[str]]:
    """Orders, one after the other, until the block ends; their ids. Each is accepted."""
    placed: list[str] = []
    over = asyncio.Event()

    async def place() -> None:
        while not over.is_set():
            placed.append((await somebody.api.post("/v1/orders", LIMIT))["id"])
            await somebody.api.get("/v1/balances")

    placing = asyncio.create_task(place())
    try:
        yield placed
    finally:
        over.set()
        await placing
    assert placed


async def _does_everything(somebody: Investor) -> None:
    """Money comes in, something is bought."""
    await somebody.walk.deposit()
    bought = await somebody.api.post("/v1/orders", MARKET)
    await somebody.reaches(f"/v1/orders/{bought['id']}", "filled")


async def _begin(somebody: Investor) -> dict[str, Any]:
    """Money on its way in and out, and an order on its way to the exchange, all of them open."""
    address = f"0x{secrets.token_hex(20)}"
    wish = {"amount": "20.00", "chain": "polygon", "destination": address}
    await may_withdraw_to(somebody, address)
    withdrawal = await with_proof(somebody, lambda: somebody.api.post("/v1/withdrawals", wish))
    order = await somebody.api.post("/v1/orders", MARKET)
    deposit = await somebody.api.post("/v1/deposits", {"chain": "polygon", "amount": "30.00"})
    await somebody.send("30.00")
    return {
        f"/v1/withdrawals/{withdrawal['id']}": "completed",
        f"/v1/orders/{order['id']}": "filled",
        f"/v1/deposits/{deposit['id']}": "broker_funded",
    }


async def _finish(somebody: Investor, begun: dict[str, Any]) -> None:
    for path, stage in begun.items():
        await somebody.reaches(path, stage)
