"""Test USDC: minted on the sandbox's chain, and wallets that hold some."""

from __future__ import annotations

from typing import Any

from domain.money import USDC, Money
from sandbox.assets import AssetOutput
from sandbox.chain import FAUCET, Output
from sandbox.circle.tokens import NATIVE_TOKENS
from tests.sandbox.circle_customer import AMOY, CircleCustomer
from tests.sandbox.conftest import Sandbox


def mint(sandbox: Sandbox, *outputs: tuple[str, str]) -> str:
    transfers = sandbox.world.chain.send(
        AMOY, [Output(FAUCET, address, Money.of(amount, USDC)) for address, amount in outputs]
    )
    return transfers[0].tx_hash


def give_gas(sandbox: Sandbox, address: str) -> None:
    """One whole coin, which pays for many transactions."""
    coin = NATIVE_TOKENS[AMOY]
    output = AssetOutput(coin.asset(), FAUCET, address, 10**coin.decimals)
    sandbox.world.assets.send(AMOY, [output])


async def funded(sandbox: Sandbox, circle: CircleCustomer, amount: str) -> dict[str, Any]:
    """A wallet whose first deposit is final."""
    wallet = await circle.wallet()
    mint(sandbox, (wallet["address"], amount))
    sandbox.world.clock.advance(10)
    return wallet
