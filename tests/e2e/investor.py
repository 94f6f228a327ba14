"""An investor at the API's door, and whoever else sends USDC to their wallets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import attrs

from entrypoints.cli.api import Api, ApiError, until
from entrypoints.cli.walk import Walk
from tests.support.stack import Stack

CHAINS = {"polygon": "MATIC-AMOY", "base": "BASE-SEPOLIA", "solana": "SOL-DEVNET"}
Refusal = tuple[int, str, Sequence[str]]


@attrs.define
class Investor:
    """One person. ``wallets`` are the addresses by chain."""

    api: Api
    sandbox: Api
    walk: Walk
    wallets: dict[str, str] = attrs.field(factory=dict)

    @property
    def id(self) -> str:
        return self.walk.investor_id

    async def opened(self) -> Investor:
        """Registered, approved at both providers, with a wallet on each chain."""
        await self.walk.register()
        await self.walk.onboard()
        await self.walk.open_wallets()
        found = await self.api.get("/v1/wallets")
        self.wallets = {wallet["chain"]: wallet["address"] for wallet in found["items"]}
        return self

    async def funded(self) -> Investor:
        """Opened, and with 247.50 USD of buying power."""
        await self.opened()
        await self.walk.deposit()
        return self

    async def may_withdraw_to(self, address: str, *, chain: str = "polygon") -> None:
        await self.walk.save_address(address, chain=chain)

    async def send(self, *amounts: str, chain: str = "polygon") -> str:
        """Send USDC to the investor's wallet, all of it in one transaction; its hash."""
        outputs = [{"destination": self.wallets[chain], "amount": amount} for amount in amounts]
        body = {"blockchain": CHAINS[chain], "outputs": outputs}
        sent = await self.sandbox.post("/sandbox/chain/transfers", body)
        return str(sent["tx_hash"])

    async def deposits(self, *stages: str) -> Sequence[Any]:
        """The investor's deposits, the newest first, once they have reached these stages."""
        page = await until(
            lambda: self.api.get("/v1/deposits"),
            lambda page: [deposit["stage"] for deposit in page["items"]] == list(stages),
            what=f"deposits {stages}",
        )
        found: Sequence[Any] = page["items"]
        return found

    async def reaches(self, path: str, stage: str) -> Any:
        return await until(
            lambda: self.api.get(path), lambda answer: answer["stage"] == stage, what=path
        )

    async def on_chain(self, address: str, *, chain: str = "polygon") -> str:
        """The USDC that an address holds."""
        query = f"blockchain={CHAINS[chain]}&address={address}"
        (balance,) = (await self.sandbox.get(f"/sandbox/chain/balances?{query}"))["balances"]
        return str(balance["amount"])

    async def refused(self, method: str, path: str, body: Any = None) -> Refusal:
        """The status, the code and the fields of a refusal."""
        try:
            answer = await self.api.call(method, path, body)
        except ApiError as refusal:
            fields = [error["field"] for error in refusal.problem["errors"]]
            return refusal.status, refusal.problem["code"], fields
        raise AssertionError(f"{method} {path} was not refused: {answer}")


@asynccontextmanager
async def newcomers(stack: Stack, *, count: int = 1) -> AsyncIterator[Sequence[Investor]]:
    """People who have not done anything yet."""
    async with AsyncExitStack() as clients:
        people = []
        for _ in range(count):
            api = await clients.enter_async_context(stack.api())
            sandbox = await clients.enter_async_context(stack.sandbox())
            walk = Walk(api=api, sandbox=sandbox, mailbox=stack.mailbox())
            people.append(Investor(api, sandbox, walk))
        yield people
