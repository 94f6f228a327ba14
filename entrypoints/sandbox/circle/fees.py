"""What a transfer costs: constant prices in gwei, since the sandbox's chains are never busy."""

from __future__ import annotations

from typing import Any

LEVELS = {"low": 25, "medium": 30, "high": 40}
GAS_LIMIT = 65_000
BASE_FEE_GWEI = 30
GWEI_PER_COIN = 10**9
SMART_ACCOUNT_GAS = {
    "callGasLimit": "65000",
    "verificationGasLimit": "100000",
    "preVerificationGas": "50000",
}


def prices(level: str) -> dict[str, Any]:
    return {
        "gasPrice": str(BASE_FEE_GWEI + LEVELS[level]),
        "maxFee": str(_max_fee(level)),
        "priorityFee": str(LEVELS[level]),
        "baseFee": str(BASE_FEE_GWEI),
    }


def estimate(level: str) -> dict[str, Any]:
    """The prices, and the most that one transfer can cost in whole coins."""
    fee_gwei = GAS_LIMIT * _max_fee(level)
    fee = f"{fee_gwei // GWEI_PER_COIN}.{fee_gwei % GWEI_PER_COIN:09d}"
    return prices(level) | {"gasLimit": str(GAS_LIMIT), "networkFee": fee, "networkFeeRaw": fee}


def _max_fee(level: str) -> int:
    return 2 * BASE_FEE_GWEI + LEVELS[level]
