"""Test USDC for tests: minted on the sandbox's chain, and wallets that hold some."""

from __future__ import annotations

from typing import Any

from domain.money import USDC, Money
from entrypoints.sandbox.chain import FAUCET, Output
from tests.sandbox.circle_customer import AMOY, CircleCustomer
from tests.sandbox.conftest import Sandbox


def mint(sandbox: Sandbox, *outputs: tuple[str, str]) -> str:
    transfers = sandbox.world.chain.send(
        AMOY, [Output(FAUCET, address, Money.of(amount, USDC)) for address, amount in outputs]
    )
    return transfers[0].tx_hash


async def funded(sandbox: Sandbox, circle: CircleCustomer, amount: str) -> dict[str, Any]:
    """A wallet whose first deposit is final."""
    wallet = await circle.wallet()
    mint(sandbox, (wallet["address"], amount))
    sandbox.world.clock.advance(10)
    return wallet
