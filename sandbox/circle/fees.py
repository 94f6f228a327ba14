"""The cost of transactions: the price of gas on each chain, and the sender's offer (circle.md §6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import attrs

from sandbox.circle.tokens import NATIVE_TOKENS
from sandbox.circle.wire_values import wire_decimal

LEVELS: Mapping[str, int] = {"low": 25, "medium": 30, "high": 40}
USUAL_BASE_FEE = Decimal(30)
GWEI_DECIMALS = 9
REPLACEMENT = Decimal("1.1")  # a chain accepts a replacement only for a tenth more
SMART_ACCOUNT_GAS = {
    "callGasLimit": "65000",
    "verificationGasLimit": "100000",
    "preVerificationGas": "50000",
}


@attrs.frozen
class Gas:
    """The gas limit of one kind of transaction, and the gas that it uses."""

    limit: int
    used: int


COIN_TRANSFER = Gas(21_000, 21_000)
TOKEN_TRANSFER = Gas(65_000, 50_000)
COLLECTIBLE_TRANSFER = Gas(90_000, 70_000)
CONTRACT_CALL = Gas(120_000, 90_000)
WALLET_UPGRADE = Gas(150_000, 110_000)


@attrs.frozen(kw_only=True)
class Fee:
    """The most that a sender pays, and the tip in it; prices in gwei, a billionth of a coin."""

    gas_limit: int
    max_fee: Decimal
    priority_fee: Decimal

    def price(self, base_fee: Decimal) -> Decimal:
        return min(self.max_fee, base_fee + self.priority_fee)

    @property
    def cap(self) -> Decimal:
        """The greatest possible fee, in gwei."""
        return self.gas_limit * self.max_fee

    def cap_units(self, blockchain: str) -> int:
        """The same in the smallest unit of the chain's coin."""
        return units_of(self.cap, NATIVE_TOKENS[blockchain].decimals)

    def raised_to(self, other: Fee) -> Fee:
        """The fee of a replacement: ``other``, or a tenth more than this."""
        return attrs.evolve(
            self,
            max_fee=max(other.max_fee, self.max_fee * REPLACEMENT),
            priority_fee=max(other.priority_fee, self.priority_fee * REPLACEMENT),
        )

    def prices(self, base_fee: Decimal) -> dict[str, Any]:
        return {
            "gasPrice": wire_decimal(self.price(base_fee)),
            "maxFee": wire_decimal(self.max_fee),
            "priorityFee": wire_decimal(self.priority_fee),
            "baseFee": wire_decimal(base_fee),
        }

    def view(self, base_fee: Decimal) -> dict[str, Any]:
        """The prices, and the greatest possible fee in whole coins."""
        coins = coins_of(self.cap)
        return self.prices(base_fee) | {
            "gasLimit": str(self.gas_limit),
            "networkFee": coins,
            "networkFeeRaw": coins_of(self.gas_limit * self.price(base_fee)),
        }


def coins_of(gwei: Decimal) -> str:
    return wire_decimal(gwei.scaleb(-GWEI_DECIMALS))


def units_of(gwei: Decimal, decimals: int) -> int:
    """Gwei in the smallest unit of a coin with ``decimals``, rounded down."""
    return int(gwei.scaleb(decimals - GWEI_DECIMALS))


class FeeMarket:
    """The base fee of each chain: the usual one until a command changes it."""

    def __init__(self) -> None:
        self._moved: dict[str, Decimal] = {}

    def base_fee(self, blockchain: str) -> Decimal:
        return self._moved.get(blockchain, USUAL_BASE_FEE)

    def move(self, blockchain: str, base_fee: Decimal) -> None:
        self._moved[blockchain] = base_fee

    def level(self, blockchain: str, level: str, gas_limit: int) -> Fee:
        """Circle's offer: twice the base fee, so that it stays sufficient for a while, and a tip."""
        tip = Decimal(LEVELS[level.lower()])
        return Fee(
            gas_limit=gas_limit, max_fee=2 * self.base_fee(blockchain) + tip, priority_fee=tip
        )
