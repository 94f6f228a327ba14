"""What the chains themselves say that a wallet holds, by JSON-RPC: EIP-1474 and Solana's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs
import orjson

from adapters.http.message import Request
from adapters.http.operation import by_name, reads
from adapters.http.refusals import Failures
from adapters.http.transport import Transport
from adapters.nodes.settings import PROVIDER, NodeSettings
from domain.money import USDC, Asset, Money
from domain.reconciliation.difference import Line, Place
from domain.wallets.chain import Chain
from domain.wallets.wallet import CustodyWallet
from ports.books import Holder, WorldBooks

OPERATIONS = by_name(*reads("eth_call", "getTokenAccountsByOwner"))
BALANCE_OF = "0x70a08231"
"""The selector of ERC-20's ``balanceOf(address)``."""
WORD = 64
MAINNET = {
    Chain.POLYGON: "0x3c499c542cef5e3811e1192ce70d8cc03d5c3359",
    Chain.ETHEREUM: "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
    Chain.BASE: "0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
    Chain.ARBITRUM: "0xaf88d065e77c8cc2239327c5edb3a432268e5831",
    Chain.AVALANCHE: "0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e",
    Chain.SOLANA: "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
}
TESTNET = {
    Chain.POLYGON: "0x41e94eb019c0762f9bfcf9fb1e58725bfb0e7582",
    Chain.ETHEREUM: "0x1c7d4b196cb0c7b01d743fbc6116a902379c7238",
    Chain.BASE: "0x036cbd53842c5426634e7929541ec2318f3dcf7e",
    Chain.ARBITRUM: "0x75faf114eafb1bdbe2f0316df893fd58ce46aa4d",
    Chain.AVALANCHE: "0x5425890298aed601595a70ab815c96711a31bc65",
    Chain.SOLANA: "4zMMC9srt5Ri5X14GAgXhaHii3GnPAEERYPJgZJDncDU",
}
"""USDC's contract on each chain, as Circle publishes it (circle.md §5)."""

_failures = Failures(PROVIDER)


@attrs.frozen(kw_only=True)
class ChainBooks(WorldBooks):
    """Only balances: who sent what is the custodian's to say."""

    settings: NodeSettings
    transport: Transport
    testnet: bool

    @property
    def place(self) -> Place:
        return Place.CHAIN

    async def holdings(self, holder: Holder) -> Mapping[Asset, Money] | None:
        """``None`` when a wallet is on a chain without a node."""
        if any(self.settings.url(wallet.chain) is None for wallet in holder.wallets):
            return None
        held = [await self._held(wallet) for wallet in holder.wallets]
        return {USDC: sum(held, Money.zero(USDC))}

    async def lines(self, holder: Holder, *, since: datetime) -> Sequence[Line]:  # noqa: ARG002
        return ()

    async def _held(self, wallet: CustodyWallet) -> Money:
        token = (TESTNET if self.testnet else MAINNET)[wallet.chain]
        if wallet.chain.is_evm:
            call = {"to": token, "data": BALANCE_OF + wallet.address[2:].lower().rjust(WORD, "0")}
            answer = await self._ask(wallet.chain, "eth_call", [call, "latest"])
            return _units(answer, read=lambda text: int(text, 16), operation="eth_call")
        method = "getTokenAccountsByOwner"
        parameters = [wallet.address, {"mint": token}, {"encoding": "jsonParsed"}]
        return _units(
            await self._ask(wallet.chain, method, parameters), read=_sum, operation=method
        )

    async def _ask(self, chain: Chain, method: str, parameters: Sequence[Any]) -> Any:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        response = await self.transport.send(
            Request.of(
                OPERATIONS[method],
                provider=PROVIDER,
                method="POST",
                url=self.settings.url(chain) or "",
                headers={"Content-Type": "application/json"},
                body=orjson.dumps(body),
            )
        )
        try:
            return response.json()["result"]
        except (LookupError, TypeError, ValueError) as wrong:
            raise _failures.unavailable(
                f"HTTP {response.status} without a result", operation=method
            ) from wrong


def _sum(accounts: Any) -> int:
    """The amounts of all token accounts; an owner may have several, or none yet."""
    held = (each["account"]["data"]["parsed"]["info"] for each in accounts["value"])
    return sum(int(info["tokenAmount"]["amount"]) for info in held)


def _units(answer: Any, *, read: Any, operation: str) -> Money:
    try:
        return Money(read(answer), USDC)
    except (LookupError, TypeError, ValueError) as wrong:
        raise _failures.unknown("a balance is unreadable", operation=operation) from wrong
